// Fields of documents that start a program, and addresses that are loaded when a document is opened.

/** DDE and DDEAUTO; quotes and nested fields between the letters are tricks to hide the word. */
export function startsProgram(instructions: string): boolean {
  return /\bDDE(?:AUTO)?\b/i.test(instructions.replace(/["\u0013-\u0015]/g, ' '));
}

/** An address on the network, of any kind that office programs follow. */
export function isRemote(target: string): boolean {
  return (
    /^\s*(?:(?:https?|ftp|mhtml|ms-\w+|script|smb|webdav|its|mk|ldap|news)[:!]|file:\/{2,5}[\w.-]{2,}[\\/]|\\\\[\w.@-]{2,}\\|\/\/[\w.-]+\/)/i.test(
      target,
    ) &&
    !/^\s*file:\/{3,}[a-z]:/i.test(target) &&
    !/^\s*file:\/{2,}(?:localhost\b)/i.test(target)
  );
}
