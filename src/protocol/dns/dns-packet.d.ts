// What we use of dns-packet, which brings no types.
declare module 'dns-packet' {
  export interface Question {
    name: string;
    type: string;
    class?: string;
  }
  export interface DecodedRecord {
    name: string;
    type: string;
    class?: string;
    ttl?: number;
    data?: unknown;
    extendedRcode?: number;
  }
  export interface DecodedPacket {
    id: number;
    type: 'query' | 'response';
    flags: number;
    flag_tc: boolean;
    flag_ad: boolean;
    rcode: string;
    questions: Question[];
    answers: DecodedRecord[];
    authorities: DecodedRecord[];
    additionals: DecodedRecord[];
  }
  export interface PacketToEncode {
    id: number;
    type: 'query' | 'response';
    flags: number;
    questions: Question[];
    answers?: object[];
    authorities?: object[];
    additionals?: object[];
  }
  export function encode(packet: PacketToEncode): Buffer;
  export function decode(octets: Uint8Array): DecodedPacket;
  export namespace decode {
    let bytes: number;
  }
  export const RECURSION_DESIRED: number;
  export const AUTHENTIC_DATA: number;
  export const TRUNCATED_RESPONSE: number;
}
