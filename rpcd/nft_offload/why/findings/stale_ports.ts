// SPDX-License-Identifier: Apache-2.0
/**
 * Whether the kernel keeps sending to the port that a client has left: what is sent directly by a hooked port of a bridge goes on
 * there, as long as the other end sends. OpenWrt's kernels of October 2026 and later look the port up again (its patches 708-01 and
 * 708-02, of two kinds), which only the names of their functions tell.
 */
import { open } from 'fs';
import { each_text } from 'nft_offload.base.lines';

const MENDED = [' nf_flow_bridge_port_stale', ' nf_flow_table_switchdev_event'];
/** Bytes: more than the names of any router's kernel. */
const SYMBOLS_LIMIT = 16777216;

/** False where the kernel shows no names, since then nobody knows. */
function is_mended(): boolean {
	const file = open('/proc/kallsyms', 'r');
	let found = false;
	if (file != null) {
		each_text(file, SYMBOLS_LIMIT, (text) => {
			found = found || length(filter(MENDED, (name) => index(text, name) !== -1)) > 0;
		});
		file.close();
	}
	return found;
}

export { is_mended };
