// What somebody is told who guesses, or mistypes, too often.

import { Problem } from '../api/problem.ts';

export class TooManyAttempts extends Problem {
  /** For `Retry-After`. */
  readonly seconds: number;

  constructor(seconds: number) {
    super(429, `That was tried too often; try again in ${seconds} seconds.`);
    this.name = 'TooManyAttempts';
    this.seconds = seconds;
  }
}
