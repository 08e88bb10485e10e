// SPDX-License-Identifier: Apache-2.0
/** The router's name, release and clock, from small files. */
import type { Board } from '../api.ts';
import { read_file, read_line } from 'nft_offload.files';
import { number_or } from 'nft_offload.value';

/** The value of `KEY='value'` in a file of shell assignments, empty where it is absent. */
function assignment(text: string, key: string): string {
	const lines = split(text, '\n');
	for (let i = 0; i < length(lines); i++) {
		const line = lines[i] ?? '';
		if (index(line, `${key}=`) === 0) {
			return replace(replace(substr(line, length(key) + 1), "'", ''), '"', '');
		}
	}
	return '';
}

function board(): Board {
	const release = read_file('/etc/openwrt_release', 4096) ?? '';
	return {
		model: read_line('/tmp/sysinfo/model'),
		hostname: read_line('/proc/sys/kernel/hostname'),
		kernel: read_line('/proc/sys/kernel/osrelease'),
		distribution: assignment(release, 'DISTRIB_ID'),
		version: assignment(release, 'DISTRIB_RELEASE'),
		revision: assignment(release, 'DISTRIB_REVISION'),
		target: assignment(release, 'DISTRIB_TARGET')
	};
}

/** Seconds since the boot. */
function uptime(): number {
	return number_or(read_line('/proc/uptime'), 0);
}

/** Microseconds of the monotonic clock. */
function now_us(): number {
	const now = clock(true);
	return now[0] * 1000000 + int(now[1] / 1000);
}

/** Milliseconds of the same clock, which nobody sets: since the boot. */
function now_ms(): number {
	return int(now_us() / 1000);
}

export { board, now_ms, now_us, uptime };
