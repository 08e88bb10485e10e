// SPDX-License-Identifier: Apache-2.0
/** The order for a change: left by who starts it, taken up by the guard. Only one can lie there. */
import { mkdir, open, rename, unlink } from 'fs';
import type { ChangeReport } from '../../api/index.ts';
import { is_there, read_file } from 'nft_offload.base.files';
import { lives } from 'nft_offload.base.job';
import type { Being } from 'nft_offload.base.job';
import { DIRECTORY, ROOT_ALONE } from 'nft_offload.base.record';
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

/** Whether somebody is just starting a change. What a killed one has left is taken away. */
function is_order_waiting(): boolean {
	if (!is_there(ORDER)) {
		return false;
	}
	const order = read_order(ORDER);
	if (order != null && lives(order)) {
		return true;
	}
	unlink(ORDER);
	return false;
}

/** Leaves the order; false where another one lies there, or memory is full. */
function leave_order(order: Order): boolean {
	mkdir(DIRECTORY, ROOT_ALONE);
	const file = open(ORDER, 'wx');
	if (file == null) {
		return false;
	}
	file.write(sprintf('%J', order));
	file.close();
	if (read_order(ORDER)?.id === order.id) {
		return true;
	}
	unlink(ORDER);
	return false;
}

/** Withdraws the order; false where the guard has taken it up. */
function withdraw_order(): boolean {
	return unlink(ORDER) === true;
}

/** Takes the order up, also one that a killed guard had taken. */
function take_order(): Order | null {
	rename(ORDER, TAKEN);
	return read_order(TAKEN);
}

/** Forgets the order, once the change is written down. */
function drop_order(): void {
	unlink(TAKEN);
}

export { drop_order, is_order_waiting, leave_order, take_order, withdraw_order };
export type { Order };
