// What the API says when it does not do what was asked (RFC 9457), or cannot be reached: in the language of the page,
// where the catalogues know its code.

import { isEnglish, localTimes, needRelayWords, relayWords, type Values } from '../relay-words.ts';

export interface FieldFault {
  field: string;
  message: string;
  line?: number | undefined;
  /** Which fault it is, where it is said in other languages. */
  code?: string | undefined;
  values?: Values | undefined;
}

/** Before the code of a problem, in its type. */
const KIND = 'urn:easymail:problem:';
const STEP_UP_NEEDED = 'urn:easymail:problem:step-up-needed';
const SECOND_FACTOR_NEEDED = 'urn:easymail:problem:second-factor-needed';

/** Thrown by `call`. `status` 0: no answer came. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly type: string;
  /** What is wrong with which field of the request. */
  readonly faults: readonly FieldFault[];
  /** Seconds until it makes sense to try again, where the API says so. */
  readonly retryAfterS: number | undefined;
  /** Under which the log of the relay knows more. */
  readonly requestId: string | undefined;
  /** Its sentence is in the language of the person: the portal's own, or one whose code it knows. */
  readonly worded: boolean;

  constructor(answer: {
    status: number;
    detail: string;
    worded?: boolean;
    type?: string | undefined;
    faults?: readonly FieldFault[] | undefined;
    retryAfterS?: number | undefined;
    requestId?: string | undefined;
  }) {
    super(answer.detail);
    this.name = 'ApiProblem';
    this.status = answer.status;
    this.type = answer.type ?? 'about:blank';
    this.faults = answer.faults ?? [];
    this.retryAfterS = answer.retryAfterS;
    this.requestId = answer.requestId;
    this.worded = answer.worded ?? false;
  }

  /** The same problem, with these faults alone. */
  withFaults(faults: readonly FieldFault[]): ApiProblem {
    const { status, message: detail, worded, type, retryAfterS, requestId } = this;
    return new ApiProblem({ status, detail, worded, type, faults, retryAfterS, requestId });
  }

  get needsStepUp(): boolean {
    return this.type === STEP_UP_NEEDED;
  }

  get needsSecondFactor(): boolean {
    return this.type === SECOND_FACTOR_NEEDED;
  }
}

interface Body {
  type?: string;
  title?: string;
  detail?: string;
  values?: Values;
  errors?: FieldFault[];
}

/** Before the codes of faults of searches. */
const QUERY = 'query-';

/** The fault in the language of the page; as it came where its code is not known. */
export function wordedFault(fault: FieldFault): FieldFault {
  const { code = '', values } = fault;
  const key = code.startsWith(QUERY) ? (['query', code.slice(QUERY.length)] as const) : (['fault', code] as const);
  const words = relayWords('faults', key, values);
  return { ...fault, message: words ?? localTimes(fault.message, values) };
}

/** The problem that an answer tells of. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const after = Number(response.headers.get('retry-after') ?? Number.NaN);
  const known = {
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfterS: Number.isFinite(after) ? after : undefined,
  };
  try {
    const body = (await response.json()) as Body;
    await needRelayWords('faults');
    const words = body.type?.startsWith(KIND)
      ? relayWords('faults', ['problem', body.type.slice(KIND.length)], body.values)
      : undefined;
    return new ApiProblem({
      ...known,
      detail: words ?? localTimes(body.detail ?? body.title ?? '', body.values),
      worded: words !== undefined || isEnglish(),
      type: body.type,
      faults: body.errors?.map(wordedFault),
    });
  } catch {
    return new ApiProblem({ ...known, detail: '' });
  }
}
