// SPDX-License-Identifier: Apache-2.0
/** The kernel's module for flow offloading. */
import type { ModuleState } from '../../api/index.ts';
import { is_there, read_file, read_line } from 'nft_offload.base.files';

const MODULE = 'nft_flow_offload';

/** sysfs counts references to a loaded module; one that is built in has at most its parameters there. */
function module_state(): ModuleState {
	const modules = `/lib/modules/${read_line('/proc/sys/kernel/osrelease')}`;
	const built_in = read_file(`${modules}/modules.builtin`, 262144) ?? '';
	if (is_there(`/sys/module/${MODULE}/refcnt`)) {
		return { name: MODULE, state: 'loaded' };
	}
	if (is_there(`/sys/module/${MODULE}`) || index(built_in, `/${MODULE}.ko`) !== -1) {
		return { name: MODULE, state: 'builtin' };
	}
	return { name: MODULE, state: is_there(`${modules}/${MODULE}.ko`) ? 'loadable' : 'missing' };
}

/** Whether the kernel can make flowtables. Without the module nft refuses each ruleset that has one. */
function is_active(module: ModuleState): boolean {
	return module.state === 'loaded' || module.state === 'builtin';
}

export { is_active, module_state };
