// SPDX-License-Identifier: Apache-2.0
/** Accelerators of forks and vendors. They forward beside netfilter's flowtable, and conntrack shows no mark of it. */
import { is_there } from 'nft_offload.base.files';

/** Their kernel modules: shortcut-fe, Qualcomm's ECM and NSS, MediaTek's vendor driver, natflow. */
const ACCELERATORS = [
	'ecm',
	'fast_classifier',
	'hw_nat',
	'mtkhnat',
	'natflow',
	'qca_nss_drv',
	'qca_nss_ecm',
	'qca_nss_sfe',
	'shortcut_fe',
	'shortcut_fe_cm',
	'shortcut_fe_ipv6'
];

/** Those that are loaded or built in. */
function accelerators(): string[] {
	return filter(ACCELERATORS, (name) => is_there(`/sys/module/${name}`));
}

export { accelerators };
