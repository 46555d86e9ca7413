import { useRouter } from '@tanstack/react-router';
import { useNewSession } from '../use-new-session.ts';

/** Whoever has joined is signed in, and goes to the start; the link goes out of the history. */
export function useJoined(): () => void {
  const begin = useNewSession();
  const { history } = useRouter();
  return () => void begin().then(() => history.replace('/'));
}
