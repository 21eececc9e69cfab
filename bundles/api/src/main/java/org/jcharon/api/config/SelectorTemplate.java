// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

import java.net.InetAddress;

/**
 * A traffic selector of a configuration: a fixed range, or {@code dynamic}, which stands for the address of that end.
 *
 * @param dynamic whether the addresses follow the IKE endpoint or virtual IP
 * @param selector protocol and ports, and for a fixed one the addresses
 */
public record SelectorTemplate(boolean dynamic, TrafficSelector selector) {

    /** All traffic of the end's address. */
    public static final SelectorTemplate DYNAMIC = new SelectorTemplate(true, TrafficSelector.all(false));

    /** A fixed range. */
    public static SelectorTemplate of(TrafficSelector selector) {
        return new SelectorTemplate(false, selector);
    }

    /** The selector with {@code address} in place of {@code dynamic}. */
    public TrafficSelector resolve(InetAddress address) {
        return dynamic
                ? TrafficSelector.ofAddress(address).with(selector.protocol(), selector.fromPort(), selector.toPort())
                : selector;
    }

    /** The selector with the whole range of a family in place of {@code dynamic} (a virtual IP is asked for). */
    public TrafficSelector resolveAny(boolean ipv6) {
        return dynamic
                ? TrafficSelector.all(ipv6).with(selector.protocol(), selector.fromPort(), selector.toPort())
                : selector;
    }

    @Override
    public String toString() {
        if (!dynamic) {
            return selector.toString();
        }
        String text = selector.toString();
        int bracket = text.indexOf('[');
        return bracket < 0 ? "dynamic" : "dynamic" + text.substring(bracket);
    }
}
