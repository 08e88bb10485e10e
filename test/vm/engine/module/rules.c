// SPDX-License-Identifier: GPL-2.0
/* The engine's table: what flowtables are bound, and the rules they give. */

#include <linux/debugfs.h>
#include <linux/hashtable.h>
#include <linux/if_pppox.h>
#include <linux/jhash.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/xarray.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/pkt_cls.h>
#include "packet_engine.h"

static ulong refuse_bind;
module_param(refuse_bind, ulong, 0644);
MODULE_PARM_DESC(refuse_bind, "mask: ports with hw-tc-offload that answer -EOPNOTSUPP all the same");

static bool busy;
module_param(busy, bool, 0644);
MODULE_PARM_DESC(busy, "a port that one flowtable has answers -EBUSY to another");

static bool refuse_rules;
module_param(refuse_rules, bool, 0644);
MODULE_PARM_DESC(refuse_rules, "no rule is accepted");

static bool ipv4_only;
module_param(ipv4_only, bool, 0644);
MODULE_PARM_DESC(ipv4_only, "no rule for IPv6 is accepted");

static int only_to = -1;
module_param(only_to, int, 0644);
MODULE_PARM_DESC(only_to, "only rules for frames that leave by this port are accepted; -1: any");

static unsigned int entries = 16384;
module_param(entries, uint, 0644);
MODULE_PARM_DESC(entries, "how many rules there is room for; further ones get -ENOSPC");

static bool no_statistics;
module_param(no_statistics, bool, 0644);
MODULE_PARM_DESC(no_statistics, "rules tell when they were used, but count nothing");

static LIST_HEAD(bound);		/* flow_block_cb, under nf_tables' mutex */
static DEFINE_MUTEX(rules_lock);	/* for changing the three that follow */
static DEFINE_HASHTABLE(rules, 10);
static DEFINE_XARRAY(cookies);
static DEFINE_XARRAY_ALLOC(slots);
static struct dentry *debugfs;

/* Under RCU, which keeps the rule alive. */
struct rule *find_rule(const struct tuple *tuple)
{
	struct rule *rule;

	hash_for_each_possible_rcu(rules, rule, node, jhash(tuple, sizeof(*tuple), 0))
		if (!memcmp(&rule->match, tuple, sizeof(*tuple)))
			return rule;
	return NULL;
}

static int read_match(struct rule *rule, const struct flow_rule *flow)
{
	struct flow_match_ipv4_addrs ipv4;
	struct flow_match_ipv6_addrs ipv6;
	struct flow_match_control control;
	struct flow_match_basic basic;
	struct flow_match_ports ports;

	if (!flow_rule_match_key(flow, FLOW_DISSECTOR_KEY_CONTROL) ||
	    !flow_rule_match_key(flow, FLOW_DISSECTOR_KEY_BASIC) ||
	    !flow_rule_match_key(flow, FLOW_DISSECTOR_KEY_PORTS))
		return -EOPNOTSUPP;
	flow_rule_match_control(flow, &control);
	flow_rule_match_basic(flow, &basic);
	flow_rule_match_ports(flow, &ports);
	if (control.key->addr_type == FLOW_DISSECTOR_KEY_IPV4_ADDRS) {
		flow_rule_match_ipv4_addrs(flow, &ipv4);
		memcpy(rule->match.address, ipv4.key, sizeof(*ipv4.key));
	} else if (control.key->addr_type == FLOW_DISSECTOR_KEY_IPV6_ADDRS && !ipv4_only) {
		flow_rule_match_ipv6_addrs(flow, &ipv6);
		memcpy(rule->match.address, ipv6.key, sizeof(*ipv6.key));
	} else {
		return -EOPNOTSUPP;
	}
	rule->match.type = basic.key->n_proto;
	rule->match.protocol = basic.key->ip_proto;
	rule->match.ports = ports.key->ports;
	rule->after = rule->match;
	return 0;
}

/* The word of the rule that stands for the one in the header; NULL if there is none. */
static void *word_of(struct rule *rule, const struct flow_action_entry *act)
{
	u32 offset = act->mangle.offset;

	switch (act->mangle.htype) {
	case FLOW_ACT_MANGLE_HDR_TYPE_ETH:
		return offset <= 8 ? (void *)&rule->eth + offset : NULL;
	case FLOW_ACT_MANGLE_HDR_TYPE_IP4:
		offset -= offsetof(struct iphdr, saddr);
		return offset <= 4 ? (void *)rule->after.address + offset : NULL;
	case FLOW_ACT_MANGLE_HDR_TYPE_IP6:
		offset -= offsetof(struct ipv6hdr, saddr);
		return offset <= 28 ? (void *)rule->after.address + offset : NULL;
	case FLOW_ACT_MANGLE_HDR_TYPE_TCP:
	case FLOW_ACT_MANGLE_HDR_TYPE_UDP:
		return offset == 0 ? &rule->after.ports : NULL;
	default:
		return NULL;
	}
}

static int read_mangle(struct rule *rule, const struct flow_action_entry *act)
{
	u32 *word = word_of(rule, act);

	if (!word)
		return -EOPNOTSUPP;
	*word = (*word & act->mangle.mask) | act->mangle.val;
	return 0;
}

static int read_redirect(struct rule *rule, const struct net_device *dev)
{
	if (!is_port(dev) || !tc_can_offload(dev))
		return -EOPNOTSUPP;
	if (only_to >= 0 && index_of(dev) != only_to)
		return -EOPNOTSUPP;
	rule->cable = other_end(dev);
	return 0;
}

static int read_action(struct rule *rule, const struct flow_action_entry *act)
{
	switch (act->id) {
	case FLOW_ACTION_MANGLE:
		return read_mangle(rule, act);
	case FLOW_ACTION_REDIRECT:
		return read_redirect(rule, act->dev);
	case FLOW_ACTION_VLAN_PUSH:
		if (rule->vlans == MAX_VLANS || act->vlan.proto != htons(ETH_P_8021Q))
			return -EOPNOTSUPP;
		rule->vlan[rule->vlans++] = act->vlan.vid;
		return 0;
	case FLOW_ACTION_PPPOE_PUSH:
		rule->session = act->pppoe.sid;
		return 0;
	case FLOW_ACTION_VLAN_POP:	/* read_frame() looks under all tags */
	case FLOW_ACTION_CSUM:		/* replace_word() keeps them right */
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int read_rule(struct rule *rule, const struct flow_rule *flow)
{
	const struct flow_action_entry *act;
	int i, err;

	err = read_match(rule, flow);
	if (err)
		return err;
	flow_action_for_each(i, act, &flow->action) {
		err = read_action(rule, act);
		if (err)
			return err;
	}
	return rule->cable ? 0 : -EOPNOTSUPP;
}

static int insert_rule(struct rule *rule)
{
	int err;

	if (!entries || xa_alloc(&slots, &rule->slot, rule, XA_LIMIT(0, entries - 1), GFP_KERNEL))
		return -ENOSPC;
	err = xa_err(xa_store(&cookies, rule->cookie, rule, GFP_KERNEL));
	if (err) {
		xa_erase(&slots, rule->slot);
		return err;
	}
	hash_add_rcu(rules, &rule->node, jhash(&rule->match, sizeof(rule->match), 0));
	return 0;
}

static void remove_rule(struct rule *rule)
{
	hash_del_rcu(&rule->node);
	xa_erase(&cookies, rule->cookie);
	xa_erase(&slots, rule->slot);
	kfree_rcu(rule, rcu);
}

static int add_rule(struct flow_cls_offload *cls, const struct flow_block *owner)
{
	struct rule *rule;
	int err;

	if (refuse_rules)
		return -EOPNOTSUPP;
	rule = kzalloc(sizeof(*rule), GFP_KERNEL);
	if (!rule)
		return -ENOMEM;
	rule->cookie = cls->cookie;
	rule->owner = owner;
	rule->used = jiffies;
	err = read_rule(rule, flow_cls_offload_flow_rule(cls));
	if (!err)
		err = insert_rule(rule);
	if (err)
		kfree(rule);
	return err;
}

static void tell_statistics(struct rule *rule, struct flow_stats *stats)
{
	u64 packets = atomic64_read(&rule->packets);
	u64 bytes = atomic64_read(&rule->bytes);

	flow_stats_update(stats, no_statistics ? 0 : bytes - rule->told_bytes,
			  no_statistics ? 0 : packets - rule->told_packets, 0,
			  READ_ONCE(rule->used), FLOW_ACTION_HW_STATS_DELAYED);
	rule->told_packets = packets;
	rule->told_bytes = bytes;
}

/* Everything is said once for each device of the flowtable: the second time is no news. */
static int block_cb(enum tc_setup_type type, void *type_data, void *cb_priv)
{
	struct flow_cls_offload *cls = type_data;
	struct rule *rule;
	int err = 0;

	if (type != TC_SETUP_CLSFLOWER)
		return -EOPNOTSUPP;
	mutex_lock(&rules_lock);
	rule = xa_load(&cookies, cls->cookie);
	if (cls->command == FLOW_CLS_REPLACE)
		err = rule ? -EEXIST : add_rule(cls, cb_priv);
	else if (!rule)
		err = -ENOENT;
	else if (cls->command == FLOW_CLS_DESTROY)
		remove_rule(rule);
	else if (cls->command == FLOW_CLS_STATS)
		tell_statistics(rule, &cls->stats);
	else
		err = -EOPNOTSUPP;
	mutex_unlock(&rules_lock);
	return err;
}

/* nf_tables unbinds a flowtable before it ends the flows: nobody destroys their rules. */
static void remove_rules_of(const struct flow_block *owner)
{
	struct rule *rule;
	unsigned long slot;

	mutex_lock(&rules_lock);
	xa_for_each(&slots, slot, rule)
		if (!owner || rule->owner == owner)
			remove_rule(rule);
	mutex_unlock(&rules_lock);
}

static int bind_port(struct net_device *port, struct flow_block_offload *offload)
{
	struct flow_block_cb *cb;

	if ((refuse_bind & BIT(index_of(port))) || !tc_can_offload(port))
		return -EOPNOTSUPP;
	if (busy && flow_block_cb_is_busy(block_cb, port, &bound))
		return -EBUSY;
	cb = flow_block_cb_alloc(block_cb, port, offload->block, NULL);
	if (IS_ERR(cb))
		return PTR_ERR(cb);
	flow_block_cb_add(cb, offload);
	list_add_tail(&cb->driver_list, &bound);
	return 0;
}

static int unbind_port(struct net_device *port, struct flow_block_offload *offload)
{
	struct flow_block_cb *cb = flow_block_cb_lookup(offload->block, block_cb, port);

	if (!cb)
		return -ENOENT;
	flow_block_cb_remove(cb, offload);
	list_del(&cb->driver_list);
	remove_rules_of(offload->block);
	return 0;
}

int port_setup_tc(struct net_device *port, enum tc_setup_type type, void *type_data)
{
	struct flow_block_offload *offload = type_data;

	if (type != TC_SETUP_FT || offload->binder_type != FLOW_BLOCK_BINDER_TYPE_CLSACT_INGRESS)
		return -EOPNOTSUPP;
	offload->driver_block_list = &bound;
	return offload->command == FLOW_BLOCK_BIND ? bind_port(port, offload)
						   : unbind_port(port, offload);
}

/* debugfs, as drivers/net/ethernet/mediatek/mtk_ppe_debugfs.c of 6.12 writes it */

#define IB1_VLANS(count)	((count) << 16)
#define IB1_PPPOE		BIT(19)
#define IB1_VLAN_TAG		BIT(20)
#define IB1_TTL			BIT(24)
#define IB1_IPV6_5T		(5 << 25)
#define IB1_BOUND		(2 << 28)
#define IB1_UDP			BIT(30)

static u32 first_info_word(const struct rule *rule)
{
	return IB1_BOUND | IB1_TTL | IB1_VLANS(rule->vlans) | (rule->vlans ? IB1_VLAN_TAG : 0) |
	       (rule->session ? IB1_PPPOE : 0) | (is_ipv4(&rule->match) ? 0 : IB1_IPV6_5T) |
	       (rule->match.protocol == IPPROTO_UDP ? IB1_UDP : 0);
}

static void show_tuple(struct seq_file *file, const char *name, const struct tuple *tuple)
{
	int source = ntohl(tuple->ports) >> 16, destination = ntohl(tuple->ports) & 0xffff;

	if (is_ipv4(tuple))
		seq_printf(file, " %s=%pI4:%d->%pI4:%d", name, &tuple->address[0], source,
			   &tuple->address[1], destination);
	else
		seq_printf(file, " %s=%pI6:%d->%pI6:%d", name, &tuple->address[0], source,
			   &tuple->address[4], destination);
}

static void show_rule(struct seq_file *file, struct rule *rule)
{
	bool ipv4 = is_ipv4(&rule->match);

	seq_printf(file, "%05x BND %7s", rule->slot, ipv4 ? "IPv4 5T" : "IPv6 5T");
	show_tuple(file, "orig", &rule->match);
	if (ipv4)
		show_tuple(file, "new", &rule->after);
	seq_printf(file, " eth=%pM->%pM etype=%04x vlan=%d,%d ib1=%08x ib2=%08x",
		   rule->eth.h_source, rule->eth.h_dest,
		   rule->session ? ETH_P_PPP_SES : ntohs(rule->match.type), rule->vlan[0],
		   rule->vlan[1], first_info_word(rule), index_of(rule->cable));
	seq_printf(file, " packets=%lld bytes=%lld\n",
		   no_statistics ? 0 : atomic64_read(&rule->packets),
		   no_statistics ? 0 : atomic64_read(&rule->bytes));
}

static int bind_show(struct seq_file *file, void *unused)
{
	struct rule *rule;
	unsigned long slot;

	mutex_lock(&rules_lock);
	xa_for_each(&slots, slot, rule)
		show_rule(file, rule);
	mutex_unlock(&rules_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(bind);

void show_rules(void)
{
	debugfs = debugfs_create_dir("ppe0", NULL);
	debugfs_create_file("bind", 0444, debugfs, NULL, &bind_fops);
}

void forget_rules(void)
{
	debugfs_remove_recursive(debugfs);
	remove_rules_of(NULL);
}
