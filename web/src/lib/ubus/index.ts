// SPDX-License-Identifier: Apache-2.0
/**
 * A client for ubus over JSON-RPC, as uhttpd-mod-ubus and LuCI's `admin/ubus` answer it. Needs a browser's
 * `fetch` (or one of the caller's) and nothing else.
 *
 *     const router = new UbusClient({ url: '/ubus/', session });
 *     const status = await router.call('luci.nft-offload', 'get_status', {});
 *
 * - The calls of one tick go as one batch.
 * - Every failure is a `UbusError`; its `kind` is one of a closed list, its `fault` tells the rest.
 * - What comes back is checked against the types, so a `Status` is a `Status`.
 * - Nothing is asked twice. When the session has expired, a call fails with the kind `expired`: logging in is the business of
 *   whoever gave the session.
 */
export type { Fetch } from './batch.ts';
export { NULL_SESSION, UbusClient, type CallOptions, type ClientOptions } from './client.ts';
export { logIn } from './login.ts';
export { UbusError, UbusStatus, type UbusFault } from './error.ts';
export type * from './objects.ts';
