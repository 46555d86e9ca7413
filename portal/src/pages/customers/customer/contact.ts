/** Somebody at the customer's, while it is typed: what is not known is empty. */
export interface Contact {
  name: string;
  email: string;
  phone: string;
  role: string;
}
