// SPDX-License-Identifier: Apache-2.0
/** Calls to other ubus objects: rpcd's and netifd's. */
import { time_for } from 'nft_offload.base.deadline';
import { is_object } from 'nft_offload.base.value';

/** The ubus statuses that we tell apart (libubox: ubusmsg.h, enum ubus_msg_status). */
const STATUS_OK = 0;
const STATUS_NOT_FOUND = 4;
const STATUS_PERMISSION_DENIED = 6;
const STATUS_TIMEOUT = 7;
const STATUS_CONNECTION_FAILED = 10;

/** Seconds for an answer; ucode would wait 30, as long as rpcd waits for us. rpcd and netifd do one thing at a time. */
const LIMIT = 5;

/** A reply: its data is empty where the call failed or has none. */
interface BusReply {
	status: number;
	data: Record<string, unknown>;
}

/** Calls a method; one that changes something back must have its try even late. The module is loaded here, since listing connections needs no ubus. */
function call(object: string, method: string, data: object): BusReply {
	const connection = require('ubus').connect(null, max(1, time_for(LIMIT)));
	if (connection == null) {
		return { status: STATUS_CONNECTION_FAILED, data: {} };
	}
	const reply = connection.call(object, method, data);
	const status = reply == null ? (connection.error(true) ?? STATUS_OK) : STATUS_OK;
	connection.disconnect();
	return { status: status, data: is_object(reply) ? reply : {} };
}

export { call, STATUS_OK, STATUS_NOT_FOUND, STATUS_PERMISSION_DENIED, STATUS_TIMEOUT };
export type { BusReply };
