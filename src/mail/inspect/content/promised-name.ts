// Parts without a name, or without its ending: mail programs make one up when they save them, with the ending that the system has for the
// declared type. Of types that nothing happens with, nobody needs to know it.

import { extension } from './file-name.ts';

const ENDINGS: Readonly<Record<string, string>> = {
  'application/hta': 'hta',
  'application/x-hta': 'hta',
  'application/x-msdownload': 'exe',
  'application/x-msdos-program': 'exe',
  'application/x-dosexec': 'exe',
  'application/x-exe': 'exe',
  'application/exe': 'exe',
  'application/vnd.microsoft.portable-executable': 'exe',
  'application/x-msi': 'msi',
  'application/x-bat': 'bat',
  'application/bat': 'bat',
  'application/x-ms-shortcut': 'lnk',
  'application/x-mswinurl': 'url',
  'application/internet-shortcut': 'url',
  'application/javascript': 'js',
  'application/x-javascript': 'js',
  'application/ecmascript': 'js',
  'text/javascript': 'js',
  'text/ecmascript': 'js',
  'text/jscript': 'js',
  'text/vbscript': 'vbs',
  'text/vbs': 'vbs',
  'application/x-vbs': 'vbs',
  'text/scriptlet': 'sct',
  'application/x-sh': 'sh',
  'application/x-shellscript': 'sh',
  'text/x-shellscript': 'sh',
  'application/x-csh': 'csh',
  'application/x-perl': 'pl',
  'text/x-perl': 'pl',
  'text/x-python': 'py',
  'application/x-python-code': 'pyc',
  'application/x-powershell': 'ps1',
  'application/java-archive': 'jar',
  'application/x-java-archive': 'jar',
  'application/x-java-jnlp-file': 'jnlp',
  'application/vnd.android.package-archive': 'apk',
  'application/x-ms-application': 'application',
  'application/x-ms-xbap': 'xbap',
  'application/x-iso9660-image': 'iso',
  'application/x-apple-diskimage': 'dmg',
  'application/vnd.ms-htmlhelp': 'chm',
  'application/vnd.ms-word.document.macroenabled.12': 'docm',
  'application/vnd.ms-excel.sheet.macroenabled.12': 'xlsm',
  'application/vnd.ms-excel.addin.macroenabled.12': 'xlam',
  'application/vnd.ms-powerpoint.presentation.macroenabled.12': 'pptm',
};

/** Names by which a part is saved that has none, or one without an ending, as far as a rule may care. */
export function promisedNames({
  names,
  declaredType,
  disposition,
}: {
  names: readonly string[];
  declaredType: string;
  disposition?: string;
}): string[] {
  // A page that is no attachment is shown in the mail itself.
  const isPage = declaredType === 'text/html' && disposition === 'attachment' && names.length === 0;
  const ending = isPage ? 'html' : ENDINGS[declaredType];
  if (ending === undefined) return [];
  const bare = names.length === 0 ? ['attachment'] : names.filter((name) => extension(name) === '');
  return bare.map((name) => `${name}.${ending}`);
}
