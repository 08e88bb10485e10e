// SPDX-License-Identifier: Apache-2.0
/** Calls to other ubus objects: rpcd's and netifd's. */
import { is_object } from 'nft_offload.base.value';

/** The ubus statuses that we tell apart (libubox: ubusmsg.h, enum ubus_msg_status). */
const STATUS_OK = 0;
const STATUS_NOT_FOUND = 4;
const STATUS_PERMISSION_DENIED = 6;
const STATUS_CONNECTION_FAILED = 10;

/** A reply: its data is empty where the call failed or has none. */
interface BusReply {
	status: number;
	data: Record<string, unknown>;
}

/** Calls a method. The module is loaded here, since listing connections needs no ubus. */
function call(object: string, method: string, data: object): BusReply {
	const connection = require('ubus').connect();
	if (connection == null) {
		return { status: STATUS_CONNECTION_FAILED, data: {} };
	}
	const reply = connection.call(object, method, data);
	const status = reply == null ? (connection.error(true) ?? STATUS_OK) : STATUS_OK;
	connection.disconnect();
	return { status: status, data: is_object(reply) ? reply : {} };
}

export { call, STATUS_OK, STATUS_NOT_FOUND, STATUS_PERMISSION_DENIED };
export type { BusReply };
