// SPDX-License-Identifier: Apache-2.0
/**
 * The order for a change: left by who starts it, taken up by the guard. Only one can lie there, and it comes as a whole: it is a
 * link, which the kernel makes only where there is none, to a file of whoever has left it.
 */
import { readlink, rename, symlink, unlink } from 'fs';
import type { ChangeReport } from '../../api/index.ts';
import { read_file } from 'nft_offload.base.files';
import { lives } from 'nft_offload.base.job';
import type { Being } from 'nft_offload.base.job';
import { DIRECTORY, own_name, write_whole } from 'nft_offload.base.record';
import { is_integer, is_object, is_text, parse_json } from 'nft_offload.base.value';

const ORDER = `${DIRECTORY}/order.json`;
/** Where the guard puts it until it has written down that it began: it can be withdrawn no more. */
const TAKEN = `${DIRECTORY}/order.taken`;
/** Bytes. */
const ORDER_LIMIT = 8192;

/** The change, and the process that waits for it to begin. */
interface Order extends ChangeReport, Being {}

function is_order(value: unknown): value is Order {
	return (
		is_object(value) &&
		is_integer(value['id']) &&
		is_integer(value['seconds']) &&
		is_text(value['pid']) &&
		is_object(value['options'])
	);
}

function read_order(path: string): Order | null {
	const value = parse_json(read_file(path, ORDER_LIMIT) ?? '');
	return is_order(value) ? value : null;
}

/** Takes a link away, and the file that it leads to. */
function forget(path: string): void {
	const file = readlink(path);
	unlink(path);
	if (file != null) {
		unlink(`${DIRECTORY}/${file}`);
	}
}

/**
 * Takes away the order that lies there, if it is meant; whether it was. It is looked at where nobody else can take it: what one
 * has read before may be gone by now, and another one be there.
 */
function take_away(is_meant: (order: Order | null) => boolean): boolean {
	const aside = `${DIRECTORY}/${own_name('aside')}`;
	if (rename(ORDER, aside) !== true) {
		return false;
	}
	if (is_meant(read_order(aside))) {
		forget(aside);
		return true;
	}
	// Back to its place. Where a third one has come in between, that is the one which the guard takes up.
	symlink(readlink(aside) ?? '', ORDER);
	unlink(aside);
	return false;
}

/** The order of somebody who is just starting a change. What a killed one has left is taken away. */
function waiting_order(): Order | null {
	const order = read_order(ORDER);
	if (order != null && lives(order)) {
		return order;
	}
	take_away((found) => found == null || !lives(found));
	return null;
}

/** The order that the guard has taken up and not yet forgotten. */
function taken_order(): Order | null {
	return read_order(TAKEN);
}

/** Leaves the order; false where another one lies there, or memory is full. */
function leave_order(order: Order): boolean {
	const name = own_name('order');
	const path = `${DIRECTORY}/${name}`;
	if (write_whole(path, sprintf('%J', order)) && symlink(name, ORDER) === true) {
		return true;
	}
	unlink(path);
	return false;
}

/** Withdraws the order of that number; false where the guard has taken it up. */
function withdraw_order(id: number): boolean {
	return take_away((order) => order?.id === id);
}

/** Takes the order up, also one that a killed guard had taken. */
function take_order(): Order | null {
	rename(ORDER, TAKEN);
	return taken_order();
}

/** Forgets the order, once the change is written down. */
function drop_order(): void {
	forget(TAKEN);
}

export { drop_order, leave_order, take_order, taken_order, waiting_order, withdraw_order };
export type { Order };
