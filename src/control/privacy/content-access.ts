// Somebody read content of a message: the audit says so in these words, and the customer sees it.

/** Action of the audit entry; its object is `message ID`, its reason why. */
export const CONTENT_READ = 'content_read';
