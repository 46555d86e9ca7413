// What a file name promises, and the tricks by which it promises something else.

import type { PartTrait } from './taken-apart.ts';

/** Windows and macOS start these. */
const EXECUTABLE =
  'exe com scr pif cpl dll ocx sys drv msi msp mst msix msixbundle appx appxbundle application appref-ms gadget lnk jar apk xll wll ppa ppam deb rpm pkg app mpkg elf hta chm hlp scf inf reg settingcontent-ms library-ms searchconnector-ms msc rdp url website xbap diagcab theme themepack deskthemepack ade adp mde accde ops mam maf mag maq mar mas mat mau mav maw mda mdt mdw mdz xnk search-ms appcontent-ms appinstaller wsb cdxml grp hpj ins isp its mcf msu osd pcd prf prg printerexport udl vbp vsmacros vsw webpnp webloc inetloc fileloc desktop terminal tool mobileconfig ipa xapk apks aab appimage run crx xpi air swf webarchive pst';
/** An interpreter runs these. */
const SCRIPT =
  'js jse mjs vbs vbe vb wsf wsh wsc sct ws ps1 ps1xml ps2 psm1 psd1 psc1 msh bat cmd btm sh bash zsh csh ksh py pyw pyc pyz rb pl php jnlp applescript scpt scptd command workflow ahk au3 shb shs bas job msh1 msh2 mshxml iqy rqy oqy dqy mjs cjs htc psdm1 pyo pyzw vbscript nsi phar fish';
const DISK_IMAGE = 'iso img ima udf vhd vhdx vmdk dmg toast nrg mdf cue daa';
/** What people think they open. */
const HARMLESS =
  'pdf doc docx docm xls xlsx xlsm ppt pptx pps txt rtf odt ods odp csv jpg jpeg png gif bmp tif tiff webp heic svg html htm xml mp3 mp4 avi mov wav zip rar 7z eml msg';

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const EXECUTABLE_ENDINGS = setOf(EXECUTABLE);
const SCRIPT_ENDINGS = setOf(SCRIPT);
const IMAGE_ENDINGS = setOf(DISK_IMAGE);
const HARMLESS_ENDINGS = setOf(HARMLESS);

/** Turns text around, or is not seen. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const UNSEEN =
  /[\u034f\ufe00-\ufe0f\u{e0000}-\u{e01ef}\u00ad\u115f\u1160\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb]/gu;
/** Dots of other scripts, slashes that are none. */
const FALSE_DOT = /[\u2024\ufe52\uff0e\u3002\uff61]/g;

/** The last part of a path as Windows makes a file of it: no stream, no dots or spaces at the end. */
export function fileName(name: string): string {
  const last = shortened(name).split(/[\\/]/).at(-1) ?? '';
  const clean = last
    .replace(UNSEEN, '')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
    .replace(/:.*$/s, '');
  let end = clean.length;
  while (end > 0 && '. \u00a0'.includes(clean[end - 1] ?? 'x')) end--;
  return clean.slice(0, end);
}

/** Its beginning and its end: no name that can be used is longer. */
function shortened(name: string): string {
  return name.length <= 1000 ? name : name.slice(0, 300) + name.slice(-700);
}

/** Lower case, without the dot; empty where there is none. */
export function extension(name: string): string {
  const file = fileName(name);
  const dot = file.lastIndexOf('.');
  return dot < 0
    ? ''
    : file
        .slice(dot + 1)
        .trim()
        .toLowerCase();
}

/** What the names say by themselves. */
export function nameTraits(names: readonly string[]): Set<PartTrait> {
  const traits = new Set<PartTrait>();
  for (const given of names) {
    const name = shortened(given);
    for (const reading of readings(name)) {
      const ending = extension(reading);
      if (EXECUTABLE_ENDINGS.has(ending) || /\.\{[0-9a-f-]{36}\}$/i.test(fileName(reading))) traits.add('executable');
      if (SCRIPT_ENDINGS.has(ending)) traits.add('script');
      if (IMAGE_ENDINGS.has(ending)) traits.add('disk-image');
    }
    if (isTricky(name, traits.has('executable') || traits.has('script'))) traits.add('name-trick');
  }
  return traits;
}

/** As it stands, cut at a NUL, with false dots as dots, and the stream or what follows a drive's letter. */
function readings(name: string): Set<string> {
  const dotted = name.replace(FALSE_DOT, '.');
  return new Set([name, name.split('\0', 1)[0] ?? '', dotted, dotted.slice(dotted.lastIndexOf(':') + 1)]);
}

function isTricky(name: string, isActive: boolean): boolean {
  if (TURNING.test(name) || /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(name)) return true;
  if (/\.\{[0-9a-f-]{36}\}$/i.test(name)) return true;
  const ends = fileName(name).split('.');
  const before = ends.at(-2)?.trim().toLowerCase() ?? '';
  if (!isActive) return /\s{3,20}\.\w{1,10}$/.test(name);
  return (
    HARMLESS_ENDINGS.has(before) ||
    FALSE_DOT.test(name) ||
    /\s{2,20}\.?\w{1,10}$/.test(name) ||
    /[. ]$/.test(name) ||
    UNSEEN_ONCE.test(name)
  );
}

const UNSEEN_ONCE = new RegExp(UNSEEN.source, 'u');

/** A name in an archive that is not below the folder it is unpacked to. */
export function leadsOut(name: string): boolean {
  return /^[\\/]|^[a-z]:/i.test(name) || name.split(/[\\/]/).some((part) => part.trim() === '..');
}
