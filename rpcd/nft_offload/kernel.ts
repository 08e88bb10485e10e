// SPDX-License-Identifier: Apache-2.0
/** The kernel's module for flow offloading, and the package that brings it. */
import { open } from 'fs';
import type { ModuleState, PackageState } from '../api.ts';
import { is_there, read_file, read_line } from 'nft_offload.files';

const MODULE = 'nft_flow_offload';
const PACKAGE = 'kmod-nft-offload';
const APK_DATABASE = '/lib/apk/db/installed';
const OPKG_CONTROL = `/usr/lib/opkg/info/${PACKAGE}.control`;
const CHUNK = 65536;

/** sysfs counts references to a loaded module; one that is built in has at most its parameters there. */
function module_state(): ModuleState {
	const modules = `/lib/modules/${read_line('/proc/sys/kernel/osrelease')}`;
	const built_in = read_file(`${modules}/modules.builtin`, 262144) ?? '';
	if (is_there(`/sys/module/${MODULE}/refcnt`)) {
		return { name: MODULE, state: 'loaded' };
	}
	if (is_there(`/sys/module/${MODULE}`) || index(built_in, `/${MODULE}.ko`) !== -1) {
		return { name: MODULE, state: 'builtin' };
	}
	return { name: MODULE, state: is_there(`${modules}/${MODULE}.ko`) ? 'loadable' : 'missing' };
}

/** The value of the first line that begins with a key. */
function field(text: string, key: string): string | null {
	const lines = split(text, '\n');
	for (let i = 0; i < length(lines); i++) {
		const line = lines[i] ?? '';
		if (index(line, key) === 0) {
			return trim(substr(line, length(key)));
		}
	}
	return null;
}

/**
 * The version that apk has installed. Its database is records of lines `P:name`, `V:version`, ..., up to a
 * megabyte: it is read piece by piece, each joined to the end of the one before, where a record may be cut.
 */
function apk_version(): string | null {
	const file = open(APK_DATABASE, 'r');
	let version: string | null = null;
	let before = '\n';
	let piece = file?.read(CHUNK) ?? '';
	while (version == null && length(piece) > 0) {
		const text = before + piece;
		const start = index(text, `\nP:${PACKAGE}\n`);
		if (start !== -1) {
			version = field(substr(text + (file?.read(1024) ?? ''), start, 1024), 'V:');
		}
		before = substr(text, -256);
		piece = file?.read(CHUNK) ?? '';
	}
	file?.close();
	return version;
}

/** Reads the databases themselves: starting a package manager takes seconds on a small router, and its lock. */
function package_state(): PackageState {
	if (is_there(APK_DATABASE)) {
		return { manager: 'apk', name: PACKAGE, version: apk_version() };
	}
	const control = read_file(OPKG_CONTROL, 4096);
	const version = control == null ? null : field(control, 'Version:');
	return { manager: is_there('/usr/lib/opkg') ? 'opkg' : 'none', name: PACKAGE, version: version };
}

export { module_state, package_state };
