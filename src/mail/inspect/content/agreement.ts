// Whether content, name and declared type speak of the same thing. Only what cannot be the same by honest mistake
// disagrees: a PNG called .jpg does not, an archive called .pdf does.

import { extension } from './file-name.ts';
import { UNKNOWN_TYPE } from './media-type.ts';

type Family = 'pdf' | 'picture' | 'office' | 'archive' | 'program' | 'text' | 'sound' | 'mail';

const BY_TYPE: readonly (readonly [RegExp, Family])[] = [
  [/^application\/pdf$/, 'pdf'],
  [/^image\/svg/, 'text'],
  [/^image\//, 'picture'],
  [
    /officedocument|ms-excel|ms-word|msword|ms-powerpoint|opendocument|ole-storage|rtf$|x-biff|slk$|onenote|office-encrypted/,
    'office',
  ],
  [/zip|gzip|bzip2|x-xz|zstd|7z|rar|cab-|arj|ace-|tar$|compress|iso9660|vhd|diskimage|lzh/, 'archive'],
  [/executable|x-elf|mach-binary|java|msi$|shortcut|package-archive|htmlhelp|msdownload|x-dosexec/, 'program'],
  [/^message\/|ms-outlook|ms-tnef|^multipart\//, 'mail'],
  [/^(?:audio|video)\//, 'sound'],
  [/^text\/|xml$|json$|javascript$/, 'text'],
];

const BY_ENDING: Readonly<Record<string, Family>> = Object.fromEntries(
  (
    [
      ['pdf', 'pdf'],
      ['picture', 'png jpg jpeg jpe jfif gif bmp webp tif tiff heic ico'],
      [
        'office',
        'doc docx docm dot dotx dotm xls xlsx xlsm xlsb xlt xltx xltm ppt pptx pptm pps ppsx rtf odt ods odp odg slk',
      ],
      ['archive', 'zip gz tgz bz2 xz 7z rar cab arj ace tar lzh iso img vhd'],
      ['program', 'exe dll scr msi jar apk lnk'],
      ['text', 'txt csv htm html xml json ics vcf log md'],
      ['sound', 'mp3 mp4 wav avi mov ogg flac'],
      ['mail', 'eml msg'],
    ] as const
  ).flatMap(([family, endings]) => endings.split(' ').map((ending) => [ending, family])),
);

/** What an ending may hold besides its own kind. Office programs open text, HTML and XML under their names. */
const ALSO: Partial<Record<Family, readonly Family[]>> = {
  office: ['text', 'mail'],
  mail: ['text', 'office'],
  text: ['mail', 'office'],
  archive: ['office', 'program'],
  // Sound without a header is octets like any.
  sound: ['text'],
};

/** Kinds that have a signature: content without it is not of that kind. */
const SIGNED: ReadonlySet<Family> = new Set<Family>(['pdf', 'picture', 'archive', 'office']);

/** Whether the type by content goes together with every name and the declared type. */
export function typesAgree({
  type,
  declaredType,
  names,
}: {
  type: string;
  declaredType: string;
  names: readonly string[];
}): boolean {
  const found = familyOf(type);
  const promised = names.map((name) => BY_ENDING[extension(name)]);
  if (declaredType !== UNKNOWN_TYPE) promised.push(declaredFamily(declaredType));
  return promised.every((family) => family === undefined || goTogether(family, found));
}

function goTogether(promised: Family, found: Family | undefined): boolean {
  if (found === undefined) return !SIGNED.has(promised) || promised === 'picture' || promised === 'archive';
  return promised === found || (ALSO[promised]?.includes(found) ?? false);
}

/** `text/plain` is what many programs call whatever they do not know. */
function declaredFamily(declaredType: string): Family | undefined {
  const family = familyOf(declaredType);
  return family === 'text' && declaredType !== 'text/html' ? undefined : family;
}

function familyOf(type: string): Family | undefined {
  return BY_TYPE.find(([pattern]) => pattern.test(type))?.[1];
}
