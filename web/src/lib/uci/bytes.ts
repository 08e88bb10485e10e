// SPDX-License-Identifier: Apache-2.0
/**
 * Byte strings: one character for each byte, with the code 0 to 255. A configuration file may hold any bytes,
 * and all of them must survive; so they are decoded only to be shown.
 */

/** The byte string that base64 stands for. Throws what `atob` throws when it is none. */
export function decodeBase64(base64: string): string {
	return atob(base64);
}

/**
 * A byte string for human eyes: decoded as UTF-8, with U+FFFD for what is not UTF-8 and for marks that reorder or
 * hide text, and pictures for control characters other than line end and tab.
 */
export function displayText(bytes: string): string {
	const decoded = new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
	return decoded.replace(CONTROLS, picture).replace(HIDING, '\uFFFD');
}

// eslint-disable-next-line no-control-regex
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f]/g;
/** C1 controls, zero-width characters, and the marks of bidirectional text. */
const HIDING = /[\x80-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Unicode's "control pictures" begin at U+2400; that of DEL is U+2421. */
function picture(control: string): string {
	const code = control.charCodeAt(0);
	return String.fromCharCode(0x2400 + (code === 0x7f ? 0x21 : code));
}
