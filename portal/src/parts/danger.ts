/** Text of a button that leads to an act which does harm where it is not meant; 4.5 to 1 in both schemes. */
export const DANGER = 'light-dark(#a61e1e, #ffa8a8)';
