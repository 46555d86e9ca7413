// The dialogs that ask for more where the API does: a fresh proof, or a session that has ended. What was begun waits, and
// goes on by itself.

import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { setAuthority } from '../../api/call.ts';
import { SESSION_KEY, type Session } from '../../session.ts';

const StepUpDialog = lazy(async () => ({ default: (await import('./step-up-dialog.tsx')).StepUpDialog }));
const SessionEndedDialog = lazy(async () => ({
  default: (await import('./session-ended-dialog.tsx')).SessionEndedDialog,
}));

type Asked = { what: 'signIn'; session: Session } | { what: 'stepUp' };
interface Question {
  asked: Asked;
  answer: (goOn: boolean) => void;
}

export function AuthorityDialogs() {
  const queries = useQueryClient();
  const [questions, setQuestions] = useState<readonly Question[]>([]);
  useEffect(() => {
    const ask = asker((question) => setQuestions((before) => [...before, question]));
    setAuthority({
      signIn: async () => {
        // Nobody was signed in: there is no session to go on with.
        const session = queries.getQueryData<Session | null>(SESSION_KEY) ?? undefined;
        return session !== undefined && ask({ what: 'signIn', session });
      },
      stepUp: () => ask({ what: 'stepUp' }),
      setUpSecondFactor: () => void queries.invalidateQueries({ queryKey: SESSION_KEY }),
    });
    return () => setAuthority(undefined);
  }, [queries]);
  return (
    <Suspense>
      {questions.map((question) => (
        <Dialog
          key={question.asked.what}
          asked={question.asked}
          answer={(goOn) => {
            setQuestions((before) => before.filter((one) => one !== question));
            question.answer(goOn);
          }}
        />
      ))}
    </Suspense>
  );
}

function Dialog({ asked, answer }: { asked: Asked; answer: (goOn: boolean) => void }) {
  if (asked.what === 'stepUp') return <StepUpDialog answer={answer} />;
  return <SessionEndedDialog session={asked.session} answer={answer} />;
}

/** Several calls that need the same wait for one answer. */
function asker(show: (question: Question) => void): (asked: Asked) => Promise<boolean> {
  const open = new Map<Asked['what'], Promise<boolean>>();
  return (asked) => {
    const waiting = open.get(asked.what);
    if (waiting !== undefined) return waiting;
    const answered = new Promise<boolean>((resolve) => show({ asked, answer: resolve }));
    open.set(asked.what, answered);
    return answered.finally(() => open.delete(asked.what));
  };
}
