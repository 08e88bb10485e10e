// SPDX-License-Identifier: Apache-2.0
/**
 * The packages as the package manager's own database has them. It is read instead of asking the manager: that
 * takes seconds on a small router, and its lock.
 */
import { open } from 'fs';
import type { PackageState } from '../../api/index.ts';
import { is_there } from 'nft_offload.base.files';

const APK_DATABASE = '/lib/apk/db/installed';
const OPKG_DIRECTORY = '/usr/lib/opkg';
const OPKG_DATABASE = `${OPKG_DIRECTORY}/status`;
const DATABASE_CHUNK = 65536;

/** Versions of installed packages by name. */
type Versions = Record<string, string>;

/** The text after a key at the beginning of a line; null where there is none. */
function value_of(record: string, key: string): string | null {
	const start = index(`\n${record}`, `\n${key}`);
	if (start === -1) {
		return null;
	}
	const rest = substr(record, start + length(key));
	const end = index(rest, '\n');
	return trim(end === -1 ? rest : substr(rest, 0, end));
}

/** Calls back for each record of a database. Records end with an empty line; no more than one of them is kept. */
function for_each_record(path: string, callback: (record: string) => void): void {
	const file = open(path, 'r');
	if (file == null) {
		return;
	}
	let rest = '';
	let piece = file.read(DATABASE_CHUNK) ?? '';
	while (length(piece) > 0) {
		const records = split(rest + piece, '\n\n');
		rest = pop(records) ?? '';
		map(records, callback);
		piece = file.read(DATABASE_CHUNK) ?? '';
	}
	file.close();
	if (length(trim(rest)) > 0) {
		callback(rest);
	}
}

function manager(): PackageState['manager'] {
	if (is_there(APK_DATABASE)) {
		return 'apk';
	}
	return is_there(OPKG_DIRECTORY) ? 'opkg' : 'none';
}

/** Of these packages, the versions of those that are installed whole. */
function installed_versions(names: readonly string[]): Versions {
	const versions: Versions = {};
	const is_apk = manager() === 'apk';
	for_each_record(is_apk ? APK_DATABASE : OPKG_DATABASE, (record) => {
		const name = value_of(record, is_apk ? 'P:' : 'Package:');
		if (name == null || index(names, name) === -1) {
			return;
		}
		const version = value_of(record, is_apk ? 'V:' : 'Version:');
		// apk marks a package whose files could not all be unpacked with an "f".
		const whole = is_apk
			? index(value_of(record, 'f:') ?? '', 'f') === -1
			: index(value_of(record, 'Status:') ?? '', ' installed') !== -1;
		if (version != null && whole) {
			versions[name] = version;
		}
	});
	return versions;
}

/** The package that brings the module, as the status shows it. */
function package_state(): PackageState {
	const name = 'kmod-nft-offload';
	return { manager: manager(), name: name, version: installed_versions([name])[name] ?? null };
}

export { installed_versions, manager, OPKG_DATABASE, package_state };
export type { Versions };
