// SPDX-License-Identifier: Apache-2.0
/** The two package managers: what to ask them, and what their answers mean. Package names are constants. */
import type { PackageName, Progress } from '../../api/index.ts';
import { is_array, is_integer, is_object, is_text, number_or, parse_json } from 'nft_offload.base.value';

/** A version of a package that a feed has. */
interface Offer {
	name: string;
	/** The version of the package `kernel` that it is for; null where it asks for none. */
	kernel: string | null;
	/** Bytes on the flash. */
	size: number;
}

/** Programs with their arguments. */
interface PackageManager {
	update: string[];
	/** Commands that ask what there is of these packages, installed or to be had. */
	query: (names: PackageName[]) => string[][];
	offers: (output: string) => Offer[];
	/** Installs what is missing; where nothing is, unpacks what is broken anew. */
	install: (missing: PackageName[]) => string[];
	/** How far an installation of so many packages is, from what it printed and its progress file. */
	progress: (output: string, progress: string, packages: number) => Progress | null;
}

const APK = '/usr/bin/apk';
const OPKG = '/bin/opkg';
const WANTED: PackageName = 'kmod-nft-offload';

/** Not kmod-nft-nat: the firewall works with it, and opkg removes before it downloads. */
const UNPACKED_ANEW: PackageName[] = ['kmod-nf-flow', WANTED];

/** opkg shows no installed size: a package takes about three times the room of its file, four at most. */
const UNPACKED = 4;

function apk_offer(item: unknown): Offer | null {
	if (!is_object(item) || !is_text(item['name'])) {
		return null;
	}
	const depends = is_array(item['depends']) ? filter(item['depends'], is_text) : [];
	const kernels = filter(depends, (each) => is_text(each) && index(each, 'kernel=') === 0);
	const kernel = kernels[0];
	const size = item['installed-size'];
	return {
		name: item['name'],
		kernel: is_text(kernel) ? substr(kernel, length('kernel=')) : null,
		size: is_integer(size) ? size : 0
	};
}

function apk_offers(output: string): Offer[] {
	const start = index(output, '[\n');
	const end = rindex(output, ']');
	const found = parse_json(start === -1 ? '' : substr(output, start, end + 1 - start));
	const offers: Offer[] = [];
	map(is_array(found) ? found : [], (item) => {
		const offer = apk_offer(item);
		if (offer != null) {
			push(offers, offer);
		}
	});
	return offers;
}

/** The last whole line: "16559/153051 install". */
function apk_progress(_output: string, progress: string): Progress | null {
	const lines = split(progress, '\n');
	const found = match(lines[length(lines) - 2] ?? '', /^([0-9]+)\/([0-9]+) /);
	const total = number_or(found?.[2] ?? null, 0);
	return total > 0
		? { done: min(number_or(found?.[1] ?? null, 0), total), total: total, unit: 'bytes' }
		: null;
}

function opkg_offers(output: string): Offer[] {
	const offers: Offer[] = [];
	map(split(output, '\n\n'), (record) => {
		const name = match(record, /Package: ([a-z0-9-]+)/);
		if (name?.[1] != null) {
			push(offers, {
				name: name[1],
				kernel: match(record, /kernel \(= ?([^)]+)\)/)?.[1] ?? null,
				size: UNPACKED * number_or(match(record, /Size: ([0-9]+)/)?.[1] ?? null, 0)
			});
		}
	});
	return offers;
}

/** Three actions for each package. */
function opkg_progress(output: string, _progress: string, packages: number): Progress | null {
	const done =
		length(split(output, '\nInstalling ')) +
		length(split(output, '\nDownloading ')) +
		length(split(output, '\nConfiguring ')) -
		3;
	const total = 3 * packages;
	return { done: min(done, total), total: total, unit: 'actions' };
}

const FIELDS = 'name,version,depends,installed-size';

/** The command with these names at its end. */
function on_names(command: string[], names: PackageName[]): string[] {
	const all = map(command, (word) => word);
	map(names, (name) => push(all, name));
	return all;
}

const MANAGERS: Record<'apk' | 'opkg', PackageManager> = {
	apk: {
		update: [APK, 'update'],
		query: (names) => [on_names([APK, 'query', '--format', 'json', '--fields', FIELDS], names)],
		offers: apk_offers,
		install: (missing) =>
			length(missing) > 0
				? [APK, '--progress-fd', '3', 'add', WANTED]
				: on_names([APK, '--progress-fd', '3', 'fix'], UNPACKED_ANEW),
		progress: apk_progress
	},
	opkg: {
		update: [OPKG, 'update'],
		query: (names) => map(names, (name) => [OPKG, 'info', name]),
		offers: opkg_offers,
		// On a full flash opkg says that all is well and leaves half a module behind. What it brings along by itself it
		// knows to be there for the others' sake.
		install: (missing) => {
			if (length(missing) === 0) {
				return on_names([OPKG, 'install', '--force-reinstall'], UNPACKED_ANEW);
			}
			return on_names([OPKG, 'install'], index(missing, WANTED) === -1 ? missing : [WANTED]);
		},
		progress: opkg_progress
	}
};

export { MANAGERS };
export type { Offer, PackageManager };
