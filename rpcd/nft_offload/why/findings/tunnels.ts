// SPDX-License-Identifier: Apache-2.0
/** Tunnels whose packets the flowtable does not take: IPsec, and L2TP and PPTP, which are no path of the kernel's (ppp_generic.c knows PPPoE's alone). */
import type { FindingOf } from '../../../api/index.ts';
import { first_running } from 'nft_offload.why.processes';
import type { Situation } from 'nft_offload.why.situation';

/** strongSwan, libreswan, racoon. */
const IPSEC = ['charon', 'charon-systemd', 'pluto', 'racoon'];

function find_ipsec(situation: Situation): FindingOf<'ipsec'>[] {
	const program = first_running(situation.running(), IPSEC);
	return program == null ? [] : [{ code: 'ipsec', severity: 'notice', program: program }];
}

function find_l2tp(situation: Situation): FindingOf<'l2tp'>[] {
	const devices = situation.l2tp();
	return length(devices) > 0
		? [{ code: 'l2tp', severity: situation.in_hardware ? 'warning' : 'notice', devices: devices }]
		: [];
}

export { find_ipsec, find_l2tp };
