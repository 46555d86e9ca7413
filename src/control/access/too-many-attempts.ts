// What somebody is told who guesses, or mistypes, too often.

import { Problem } from '../api/problem.ts';

export class TooManyAttempts extends Problem {
  /** For `Retry-After`. */
  readonly seconds: number;

  constructor(seconds: number) {
    super('tried-too-often', { seconds }, []);
    this.name = 'TooManyAttempts';
    this.seconds = seconds;
  }
}
