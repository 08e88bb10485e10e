// SPDX-License-Identifier: Apache-2.0
import type { Translate } from '../ui/i18n.ts';

/** What the page needs from whoever shows it: LuCI's view on a router, a shell of its own elsewhere. */
export interface Host {
	/** rpcd's session id: 32 hexadecimal digits. */
	session: string;
	/** Where JSON-RPC is answered: uhttpd's `/ubus/`, or LuCI's own `admin/ubus` where that is missing. */
	ubusUrl: string;
	/** Whether the session has the write half of our ACL group. rpcd decides anyway; this only explains. */
	mayWrite: boolean;
	/** Seconds between two looks at the router, as the admin has set in LuCI. */
	interval: number;
	translate: Translate;
	/** LuCI's clock: it ticks each second until the admin pauses it. */
	poll: { add: (tick: Tick) => void; remove: (tick: Tick) => void };
}

export type Tick = () => void;
