// SPDX-License-Identifier: Apache-2.0
/** The router's name and release, from small files. */
import type { Board } from '../../api/index.ts';
import { read_file, read_line } from 'nft_offload.base.files';

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

export { board };
