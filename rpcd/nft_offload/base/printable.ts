// SPDX-License-Identifier: Apache-2.0
/** What programs and files say, for people to read: bytes of anybody's. */

/** Text with every byte but printable ASCII, tabs and ends of lines as `\xHH`. A carriage return ends a line. */
function printable(bytes: string): string {
	const parts: string[] = [];
	let start = 0;
	for (let i = 0; i < length(bytes); i++) {
		const byte = ord(bytes, i) ?? 0;
		if ((byte >= 0x20 && byte <= 0x7e) || byte === 0x0a || byte === 0x09) {
			continue;
		}
		push(parts, substr(bytes, start, i - start), byte === 0x0d ? '\n' : sprintf('\\x%02x', byte));
		start = i + 1;
	}
	push(parts, substr(bytes, start));
	return join('', parts);
}

export { printable };
