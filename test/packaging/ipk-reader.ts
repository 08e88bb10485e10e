// SPDX-License-Identifier: Apache-2.0
/** Reads an .ipk by tar's own definition, knowing nothing of what wrote it. */
import { gunzipSync } from 'node:zlib';

export interface TarMember {
	readonly name: string;
	readonly mode: number;
	/** `0` a file, `5` a directory; anything else does not belong into a package of ours. */
	readonly type: string;
	readonly owner: string;
	readonly time: number;
	readonly content: Buffer;
}

export interface Ipk {
	readonly outer: readonly TarMember[];
	readonly control: readonly TarMember[];
	readonly data: readonly TarMember[];
	/** The control file's fields. */
	readonly fields: Readonly<Record<string, string>>;
}

const BLOCK = 512;

export function readIpk(file: Buffer): Ipk {
	const outer = readTarGzip(file);
	const control = readTarGzip(member(outer, './control.tar.gz').content);
	return {
		outer,
		control,
		data: readTarGzip(member(outer, './data.tar.gz').content),
		fields: readFields(member(control, './control').content.toString())
	};
}

export function readTarGzip(file: Buffer): TarMember[] {
	const tar = gunzipSync(file);
	const members: TarMember[] = [];
	let place = 0;
	while (tar[place] !== 0) {
		const header = tar.subarray(place, place + BLOCK);
		const text = (from: number, length: number): string =>
			(header.toString('latin1', from, from + length).split('\0')[0] ?? '').trim();
		const octal = (from: number, length: number): number => parseInt(text(from, length), 8);
		// The sum counts its own place as blanks.
		const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
		if (sum !== octal(148, 8)) throw new Error(`not a tar header at ${place}`);
		const size = octal(124, 12);
		members.push({
			name: text(345, 155) + text(0, 100),
			mode: octal(100, 8),
			type: text(156, 1),
			owner: `${octal(108, 8)}:${octal(116, 8)} ${text(265, 32)}:${text(297, 32)}`,
			time: octal(136, 12),
			content: tar.subarray(place + BLOCK, place + BLOCK + size)
		});
		place += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
	}
	return members;
}

export function member(members: readonly TarMember[], name: string): TarMember {
	const found = members.find((one) => one.name === name);
	if (found === undefined) throw new Error(`${name} is not in the archive`);
	return found;
}

/** `Name: value` lines, as in control files and feeds. */
export function readFields(text: string): Record<string, string> {
	return Object.fromEntries(
		text
			.trim()
			.split('\n')
			.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)])
	);
}
