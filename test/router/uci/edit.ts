// SPDX-License-Identifier: Apache-2.0
/** Values of `uci set` and `add` made into staged changes (rpcd, uci.c, rpc_uci_merge_set). */
import { Status, type Json, type JsonObject } from '../bus.ts';
import { applyChange, findSection, type Change, type Package } from './model.ts';

export const NAME = /^[A-Za-z0-9_]+$/;

export function setOptions(pkg: Package, section: string, values: JsonObject, changes: Change[]): Status {
	for (const [option, value] of Object.entries(values)) {
		const status = NAME.test(option)
			? setOption(pkg, section, option, value, changes)
			: Status.invalid_argument;
		if (status !== Status.ok) return status;
	}
	return Status.ok;
}

function setOption(pkg: Package, section: string, option: string, value: Json, changes: Change[]): Status {
	const before = findSection(pkg, section)?.options.get(option);
	const replace = Array.isArray(value) || Array.isArray(before);
	if (replace && before !== undefined) record(pkg, changes, ['remove', section, option]);
	if (Array.isArray(value)) {
		const items = value.map(format).filter((item) => item !== undefined);
		for (const item of items) record(pkg, changes, ['list-add', section, option, item]);
		return items.length > 0 ? Status.ok : Status.invalid_argument;
	}
	const formatted = format(value);
	if (formatted === undefined) return Status.invalid_argument;
	if (formatted === before) return Status.ok;
	if (formatted !== '') return record(pkg, changes, ['set', section, option, formatted]);
	if (before !== undefined) record(pkg, changes, ['remove', section, option]);
	return Status.ok;
}

/** A value as rpcd writes it: booleans as 1 and 0, integers without a sign; no fraction, null or object. */
export function format(value: Json): string | undefined {
	if (typeof value === 'string') return Buffer.from(value, 'utf8').toString('latin1');
	if (typeof value === 'boolean') return value ? '1' : '0';
	if (typeof value === 'number' && Number.isInteger(value)) return String(value >>> 0);
	return undefined;
}

export function record(pkg: Package, changes: Change[], change: Change): Status {
	if (!applyChange(pkg, change)) return Status.not_found;
	changes.push(change);
	return Status.ok;
}
