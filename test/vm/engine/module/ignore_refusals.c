// SPDX-License-Identifier: GPL-2.0
/*
 * Has a mainline kernel answer `flags offload` as OpenWrt's does.
 *
 * OpenWrt's target/linux/generic/pending-6.12/701-netfilter-nf_tables-ignore-
 * EOPNOTSUPP-on-flowtable-d.patch lets a device into such a flowtable although
 * its driver has no engine: nft_register_flowtable_net_hooks() passes over
 * -EOPNOTSUPP of flowtable->data.type->setup(). For the flowtables of nf_tables
 * that is nf_flow_table_offload_setup(); nobody else looks at its answer.
 */

#include <linux/kprobes.h>
#include <linux/module.h>
#include <net/netfilter/nf_flow_table.h>

static int pass_over(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	if ((int)regs_return_value(regs) == -EOPNOTSUPP)
		regs_set_return_value(regs, 0);
	return 0;
}

static struct kretprobe probe = { .handler = pass_over };

static int __init ignore_refusals_init(void)
{
	/* By its address, so that loaders bring nf_flow_table before. */
	probe.kp.addr = (kprobe_opcode_t *)nf_flow_table_offload_setup;
	return register_kretprobe(&probe);
}
module_init(ignore_refusals_init);

static void __exit ignore_refusals_exit(void)
{
	unregister_kretprobe(&probe);
}
module_exit(ignore_refusals_exit);

MODULE_DESCRIPTION("flags offload for devices without an engine, as in OpenWrt's kernel");
MODULE_LICENSE("GPL");
