// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './command.ts';
import { withoutShellComments } from './comments.ts';

/** What both package formats say about the package besides its files. */
export interface Metadata {
	readonly name: string;
	/** `X.Y.Z`, which opkg and apk order alike. */
	readonly version: string;
	/** One line. */
	readonly description: string;
	readonly license: string;
	readonly maintainer: string;
	/** Seconds since 1970: the time of every file, so that the same source gives the same bytes. */
	readonly date: number;
	/** In the order of their names. */
	readonly depends: readonly string[];
	/** Shell scripts that are run as root: after the files came, changed or went, and before they change or go. */
	readonly scripts: { readonly refresh: string; readonly settle: string };
}

/**
 * Everything named here is in a stock image with LuCI and firewall4, from 22.03 on; a router with firewall3 gets
 * the ucode packages with us. kmod-nft-offload is not here: the page says when it is missing.
 */
const DEPENDS = [
	'libc',
	'luci-app-firewall',
	'luci-base',
	'rpcd',
	'ucode',
	'ucode-mod-fs',
	'ucode-mod-ubus',
	'ucode-mod-uci'
];

/** @throws When the version or the date is not what both package managers can take. */
export function readMetadata(): Metadata {
	const version = readVersion();
	return {
		name: 'luci-app-nft-offload',
		version,
		description: 'Flow offloading: see and change which path the packets of this router take',
		license: 'Apache-2.0',
		maintainer: 'The luci-app-nft-offload contributors',
		date: readDate(version),
		depends: DEPENDS,
		scripts: { refresh: readScript('refresh'), settle: readScript('settle') }
	};
}

function readVersion(): string {
	const found = /"version": "(\d+\.\d+\.\d+)"/.exec(readText('package.json'))?.[1];
	if (found === undefined) throw new Error('package.json: the version is not of the form X.Y.Z');
	return found;
}

/** `SOURCE_DATE_EPOCH`, else the day that CHANGELOG.md gives to the version, else 1970: it is not released yet. */
function readDate(version: string): number {
	const given = process.env['SOURCE_DATE_EPOCH'];
	if (given !== undefined) {
		if (!/^\d{1,10}$/.test(given)) throw new Error(`SOURCE_DATE_EPOCH is not a number of seconds: ${given}`);
		return Number(given);
	}
	const headings = readText('CHANGELOG.md').matchAll(/^## \[?([\d.]+)\]? - (\d{4}-\d\d-\d\d)$/gm);
	const day = [...headings].find((heading) => heading[1] === version)?.[2];
	return day === undefined ? 0 : Date.parse(day) / 1000;
}

function readScript(name: string): string {
	return withoutShellComments(readText(`packaging/scripts/${name}`));
}

function readText(path: string): string {
	return readFileSync(join(PROJECT, path), 'utf8');
}
