// SPDX-License-Identifier: GPL-2.0
/*
 * A packet engine without hardware, for tests.
 *
 * Pairs of Ethernet devices, joined as veth joins them: portN belongs to the
 * router, cableN to a host at it. The ports offer flowtable offload as the
 * driver of a router's chip does. A frame that comes from a cable and matches
 * a rule is rewritten and leaves by another cable: no port ever receives it,
 * so neither the firewall nor tcpdump on the router sees it.
 *
 * As in MediaTek's engine, a rule is found by addresses and ports alone,
 * whatever port the frame comes from and however it is tagged.
 *
 * The parameters make the engine behave as worse ones do. Masks name ports by
 * their bits. They hold for what is bound or added from then on; swallow,
 * no_statistics and port_counters hold for all rules at once.
 */

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/timex.h>
#include <net/pkt_cls.h>
#include "packet_engine.h"

#define MAX_PAIRS	8

static unsigned int pairs = 2;
module_param(pairs, uint, 0444);
MODULE_PARM_DESC(pairs, "how many ports there are");

static ulong no_engine;
MODULE_PARM_DESC(no_engine, "mask: plain ports, without hw-tc-offload; -EOPNOTSUPP to a flowtable");

static bool swallow;
module_param(swallow, bool, 0644);
MODULE_PARM_DESC(swallow, "frames that match a rule are counted, and lost");

static bool port_counters;
module_param(port_counters, bool, 0644);
MODULE_PARM_DESC(port_counters, "ports count what the engine forwards past them, too");

/* A device's private part. */
struct end {
	struct net_device *other;
	unsigned int index;
};

static struct net_device *ports[MAX_PAIRS], *cables[MAX_PAIRS];
static const struct net_device_ops port_ops;
/* What ports have spent on sending, for generator.c. */
u64 port_cycles;

bool is_port(const struct net_device *dev)
{
	return dev->netdev_ops == &port_ops;
}

struct net_device *other_end(const struct net_device *dev)
{
	return ((struct end *)netdev_priv(dev))->other;
}

unsigned int index_of(const struct net_device *dev)
{
	return ((struct end *)netdev_priv(dev))->index;
}

static void count_sent(struct net_device *dev, unsigned int length)
{
	DEV_STATS_INC(dev, tx_packets);
	DEV_STATS_ADD(dev, tx_bytes, length);
}

void count_received(struct net_device *dev, unsigned int length)
{
	DEV_STATS_INC(dev, rx_packets);
	DEV_STATS_ADD(dev, rx_bytes, length);
}

static void deliver(struct sk_buff *skb, struct net_device *to)
{
	unsigned int length = skb->len;

	/* No device here promises to compute a sum, so all are there; let them be checked. */
	skb->ip_summed = CHECKSUM_NONE;
	if (dev_forward_skb(to, skb) == NET_RX_SUCCESS)
		count_received(to, length);
	else
		DEV_STATS_INC(to, rx_dropped);
}

/* True if the engine has taken the frame, which came from this port's cable. */
bool engine_takes(struct sk_buff *skb, struct net_device *port)
{
	struct frame frame;
	struct rule *rule;

	if (!tc_can_offload(port) || !read_frame(skb, &frame))
		return false;
	rule = find_rule(&frame.tuple);
	if (!rule)
		return false;
	atomic64_inc(&rule->packets);
	atomic64_add(frame.end - frame.network, &rule->bytes);
	WRITE_ONCE(rule->used, jiffies);
	if (port_counters) {
		count_received(port, skb->len);
		count_sent(other_end(rule->cable), skb->len);
	}
	if (swallow || rewrite(skb, &frame, rule))
		kfree_skb(skb);
	else
		deliver(skb, rule->cable);
	return true;
}

/* As every start_xmit, under RCU, which keeps the rule alive. Without NETIF_F_SG frames are linear. */
static netdev_tx_t cable_xmit(struct sk_buff *skb, struct net_device *cable)
{
	struct net_device *port = other_end(cable);

	count_sent(cable, skb->len);
	if (!engine_takes(skb, port))
		deliver(skb, port);
	return NETDEV_TX_OK;
}

static netdev_tx_t port_xmit(struct sk_buff *skb, struct net_device *port)
{
	u64 start = get_cycles();

	count_sent(port, skb->len);
	deliver(skb, other_end(port));
	port_cycles += get_cycles() - start;
	return NETDEV_TX_OK;
}

/* netifd reads a device's features only where this is answered. */
static int get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *settings)
{
	ethtool_link_ksettings_zero_link_mode(settings, supported);
	ethtool_link_ksettings_add_link_mode(settings, supported, 1000baseT_Full);
	settings->base.speed = SPEED_1000;
	settings->base.duplex = DUPLEX_FULL;
	settings->base.port = PORT_TP;
	settings->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
}

static const struct ethtool_ops ethtool_ops = {
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= get_link_ksettings,
	.get_drvinfo		= get_drvinfo,
};

static netdev_features_t port_fix_features(struct net_device *port, netdev_features_t features)
{
	return no_engine & BIT(index_of(port)) ? features & ~NETIF_F_HW_TC : features;
}

static int set_no_engine(const char *text, const struct kernel_param *param)
{
	int i, err;

	rtnl_lock();
	err = param_set_ulong(text, param);
	for (i = 0; i < MAX_PAIRS && ports[i]; i++)
		netdev_update_features(ports[i]);
	rtnl_unlock();
	return err;
}

static const struct kernel_param_ops no_engine_ops = {
	.set	= set_no_engine,
	.get	= param_get_ulong,
};
module_param_cb(no_engine, &no_engine_ops, &no_engine, 0644);

/* ---- The module ---- */

static const struct net_device_ops port_ops = {
	.ndo_start_xmit		= port_xmit,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_fix_features	= port_fix_features,
	.ndo_setup_tc		= port_setup_tc,
};

static const struct net_device_ops cable_ops = {
	.ndo_start_xmit		= cable_xmit,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_validate_addr	= eth_validate_addr,
};

static struct net_device *make_end(const char *form, unsigned int index,
				   const struct net_device_ops *ops)
{
	struct net_device *dev = alloc_etherdev(sizeof(struct end));

	if (!dev)
		return NULL;
	snprintf(dev->name, sizeof(dev->name), form, index);
	((struct end *)netdev_priv(dev))->index = index;
	dev->netdev_ops = ops;
	dev->ethtool_ops = &ethtool_ops;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->needed_headroom = ENCAP_ROOM;
	if (ops == &port_ops) {
		dev->features |= NETIF_F_HW_TC;
		dev->hw_features |= NETIF_F_HW_TC;
	}
	eth_hw_addr_random(dev);
	return dev;
}

static int make_pair(unsigned int index)
{
	struct net_device *port = make_end("port%u", index, &port_ops);
	struct net_device *cable = make_end("cable%u", index, &cable_ops);
	int err = -ENOMEM;

	if (!port || !cable)
		goto free;
	((struct end *)netdev_priv(port))->other = cable;
	((struct end *)netdev_priv(cable))->other = port;
	err = register_netdev(port);
	if (err)
		goto free;
	err = register_netdev(cable);
	if (err) {
		unregister_netdev(port);
		goto free;
	}
	ports[index] = port;
	cables[index] = cable;
	show_cable(cable);
	return 0;

free:
	if (port)
		free_netdev(port);
	if (cable)
		free_netdev(cable);
	return err;
}

static void tear_down(void)
{
	int i;

	forget_cables();
	for (i = 0; i < MAX_PAIRS && ports[i]; i++) {
		unregister_netdev(cables[i]);
		unregister_netdev(ports[i]);
	}
	forget_rules();
	synchronize_net();
	for (i = 0; i < MAX_PAIRS && ports[i]; i++) {
		free_netdev(cables[i]);
		free_netdev(ports[i]);
	}
}

static int __init packet_engine_init(void)
{
	unsigned int i;
	int err;

	if (pairs > MAX_PAIRS)
		return -EINVAL;
	for (i = 0; i < pairs; i++) {
		err = make_pair(i);
		if (err) {
			tear_down();
			return err;
		}
	}
	show_rules();
	return 0;
}
module_init(packet_engine_init);

static void __exit packet_engine_exit(void)
{
	tear_down();
}
module_exit(packet_engine_exit);

MODULE_DESCRIPTION("A packet engine without hardware, for tests");
MODULE_LICENSE("GPL");
