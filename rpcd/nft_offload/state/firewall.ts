// SPDX-License-Identifier: Apache-2.0
/** Which firewall the router has, and what its committed configuration asks for. */
import { stat } from 'fs';
import type { Mode, OffloadOptions, RefusedOption, Requested, Status } from '../../api/index.ts';
import { run } from 'nft_offload.base.command';
import { is_program } from 'nft_offload.base.files';
import { is_array, is_text, number_or, words_of } from 'nft_offload.base.value';
import { refused_option, shown } from 'nft_offload.state.defaults';

const FIREWALL_CONFIG = '/etc/config/firewall';
const UCI = '/sbin/uci';

/** firewall4 brings a /sbin/fw3 of its own, so it is looked for first. */
function firewall_kind(): Status['firewall'] {
	return is_program('/sbin/fw4') ? 'fw4' : is_program('/sbin/fw3') ? 'fw3' : 'none';
}

/**
 * An option's value as text for people: firewall4 takes no list for a boolean, nor any byte that cannot be shown, so such a value
 * is told as a text that is none either.
 */
function option_text(value: unknown): string | null {
	return value == null ? null : shown(value);
}

function options_of(section: Record<string, unknown>): OffloadOptions {
	return {
		flow_offloading: option_text(section['flow_offloading']),
		flow_offloading_hw: option_text(section['flow_offloading_hw'])
	};
}

/** What firewall4 takes for true (fw4.uc, parse_bool). */
function is_true(value: string | null): boolean {
	return value === '1' || value === 'on' || value === 'true' || value === 'yes';
}

/** What firewall4 takes for false (fw4.uc, parse_bool). */
function is_false(value: string | null): boolean {
	return value === '0' || value === 'off' || value === 'false' || value === 'no';
}

/** Sections are, unless they say no. */
function is_enabled(section: Record<string, unknown>): boolean {
	return !is_false(option_text(section['enabled']));
}

/** The include that carries a policy out: its section's name, and what it says. */
const INCLUDE = 'nft_offload';
const INCLUDE_OPTIONS: { name: string; value: string }[] = [
	{ name: 'type', value: 'script' },
	{ name: 'path', value: '/usr/libexec/nft-offload/policy' },
	// firewall4 runs no other script.
	{ name: 'fw4_compatible', value: '1' }
];

function is_include(section: UciSection): boolean {
	return section['.type'] === 'include' && section['.name'] === INCLUDE;
}

/** Whether firewall4 runs it: an include does, unless it says no. */
function is_running_include(section: UciSection): boolean {
	return is_include(section) && is_enabled(section);
}

/** The same options with the include, or without. */
function with_include(options: OffloadOptions, included: boolean): OffloadOptions {
	const found: OffloadOptions = {
		flow_offloading: options.flow_offloading,
		flow_offloading_hw: options.flow_offloading_hw
	};
	if (included) {
		found.include = true;
	}
	return found;
}

function mode_of(options: OffloadOptions): Mode {
	if (!is_true(options.flow_offloading)) {
		return 'off';
	}
	return is_true(options.flow_offloading_hw) ? 'hardware' : 'software';
}

/** An option's value for yes or no: as it is where it says that already; where it is absent, no needs no value. */
function value_for(wanted: boolean, now: string | null): string | null {
	const says_so = wanted ? is_true(now) : now == null || is_false(now);
	return says_so ? now : wanted ? '1' : '0';
}

/** The options of a mode, of which only what says otherwise changes: a line stays, and so does the comment behind it. */
function options_for(mode: Mode, now: OffloadOptions): OffloadOptions {
	return with_include(
		{
			flow_offloading: value_for(mode !== 'off', now.flow_offloading),
			flow_offloading_hw: value_for(mode === 'hardware', now.flow_offloading_hw)
		},
		now.include === true
	);
}

/** What to go back to where firewall4 refuses the options as they are: Off. Null where it takes them. */
function way_back_of(now: OffloadOptions): OffloadOptions | null {
	const is_taken = (value: string | null): boolean => value == null || is_true(value) || is_false(value);
	return is_taken(now.flow_offloading) && is_taken(now.flow_offloading_hw) ? null : options_for('off', now);
}

function same_options(a: OffloadOptions, b: OffloadOptions): boolean {
	return (
		a.flow_offloading === b.flow_offloading &&
		a.flow_offloading_hw === b.flow_offloading_hw &&
		(a.include === true) === (b.include === true)
	);
}

/** libuci's reason and line, from the words of its own program: ucode's module keeps neither. */
function refusal(): Requested {
	const words = run(UCI, ['show', FIREWALL_CONFIG]).output;
	const found = match(words, /\(([^()]*)\) at line ([0-9]+)/);
	const parts = split(trim(words), ': ');
	return {
		readable: false,
		reason: found?.[1] ?? substr(parts[length(parts) - 1] ?? '', 0, 256),
		line: number_or(found?.[2] ?? null, 0)
	};
}

interface Forwarding {
	src: unknown;
	dest: unknown;
}

/** What the committed file says: what is asked for, and whether any traffic may be forwarded; null where nobody can read it. */
interface Configuration {
	requested: Requested;
	forwards: boolean | null;
	/** What comes and goes by no zone is let through: the default accepts. */
	forwards_unzoned: boolean;
	/** Zones that may forward to others: `lan` to `wan`. */
	forwardings: Forwarding[];
	/** When it was written, in seconds of the router's calendar, and its bytes: another file has others. */
	written: number;
	size: number;
}

/** Whether firewall4 takes a policy for `accept`: any beginning of the word does (fw4.uc, parse_enum). */
function accepts(policy: unknown): boolean {
	return is_text(policy) && length(policy) > 0 && index('accept', lc(policy)) === 0;
}

/** The words of an option, be it a list or a text. */
function count_of(option: unknown): number {
	return is_array(option) ? length(option) : is_text(option) ? length(words_of(option)) : 0;
}

/** Whether the file lets anything through the router: a forwarding, a zone of several networks or a default that accepts, a rule between zones, a redirect. */
function forwards_anything(cursor: UciCursor): boolean {
	let found = false;
	const look = (kind: string, lets: (section: Record<string, unknown>) => boolean): void => {
		cursor.foreach('firewall', kind, (section) => {
			found = found || (is_enabled(section) && lets(section));
			return !found;
		});
	};
	look('forwarding', () => true);
	look('redirect', () => true);
	look('defaults', (section) => accepts(section['forward']));
	look(
		'zone',
		(section) => accepts(section['forward']) && count_of(section['network']) + count_of(section['device']) > 1
	);
	look('rule', (section) => is_text(section['dest']) && accepts(section['target']));
	return found;
}

/** The committed options of the first `defaults` section, or that the file has none; null where libuci refuses it. */
function read_defaults(): OffloadOptions | 'none' | null {
	const cursor = require('uci').cursor();
	if (cursor == null || cursor.load(FIREWALL_CONFIG) !== true) {
		return null;
	}
	let included = false;
	cursor.foreach('firewall', 'include', (section) => {
		included = included || is_running_include(section);
		return !included;
	});
	let found: OffloadOptions | 'none' = 'none';
	cursor.foreach('firewall', 'defaults', (section) => {
		found = with_include(options_of(section), included);
		return false;
	});
	return found;
}

/** The same; null also where there is none: the file may be half written. */
function read_options(): OffloadOptions | null {
	const found = read_defaults();
	return found === 'none' ? null : found;
}

/**
 * Reads the committed file. It is read by its path, since by its name libuci would add what is staged in /tmp/.uci. Of
 * several `defaults` sections firewall4 takes the first; without one the mode is off.
 */
function read_configuration(): Configuration {
	const file = stat(FIREWALL_CONFIG);
	const about = { written: file?.mtime ?? 0, size: file?.size ?? 0 };
	const cursor = require('uci').cursor();
	if (cursor == null || cursor.load(FIREWALL_CONFIG) !== true) {
		return {
			requested: refusal(),
			forwards: null,
			forwards_unzoned: false,
			forwardings: [],
			written: about.written,
			size: about.size
		};
	}
	let options: OffloadOptions = { flow_offloading: null, flow_offloading_hw: null };
	let refused: RefusedOption | null = null;
	let unzoned = false;
	const forwardings: Forwarding[] = [];
	cursor.foreach('firewall', 'forwarding', (section) => {
		if (is_enabled(section)) {
			push(forwardings, { src: section['src'], dest: section['dest'] });
		}
		return true;
	});
	cursor.foreach('firewall', 'defaults', (section) => {
		options = options_of(section);
		unzoned = accepts(section['forward']);
		refused = refused_option(section);
		return false;
	});
	return {
		requested: {
			readable: true,
			mode: mode_of(options),
			hardware_alone: !is_true(options.flow_offloading) && is_true(options.flow_offloading_hw),
			refused: refused
		},
		forwards: forwards_anything(cursor),
		forwards_unzoned: unzoned,
		forwardings: forwardings,
		written: about.written,
		size: about.size
	};
}

export {
	accepts,
	FIREWALL_CONFIG,
	firewall_kind,
	INCLUDE,
	INCLUDE_OPTIONS,
	is_enabled,
	is_false,
	is_include,
	is_running_include,
	mode_of,
	options_for,
	read_configuration,
	read_defaults,
	read_options,
	same_options,
	UCI,
	way_back_of,
	with_include
};
export type { Configuration, Forwarding };
