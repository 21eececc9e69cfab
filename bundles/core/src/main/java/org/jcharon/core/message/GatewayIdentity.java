// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.credential.IdType;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireWriter;

/**
 * A gateway as REDIRECT and REDIRECTED_FROM name it (RFC 5685 section 7): an octet of type, one of length, the identity and, in
 * IKE_SA_INIT, the initiator's nonce.
 *
 * @param name address in text form or DNS name
 * @param rest what follows the identity
 */
public record GatewayIdentity(String name, Chunk rest) {

    private static final int IPV4 = 1;
    private static final int IPV6 = 2;
    private static final int FQDN = 3;
    private static final int HEADER = 2;

    /** Reads the data of a notify; empty if it is malformed or names no host. */
    public static Optional<GatewayIdentity> decode(Chunk data) {
        if (data.length() < HEADER || data.length() < HEADER + data.at(1)) {
            return Optional.empty();
        }
        Chunk identity = data.slice(HEADER, HEADER + data.at(1));
        Chunk rest = data.slice(HEADER + data.at(1), data.length());
        return switch (data.at(0)) {
            case IPV4 -> identity.length() == 4 ? address(identity, rest) : Optional.empty();
            case IPV6 -> identity.length() == 16 ? address(identity, rest) : Optional.empty();
            case FQDN -> name(identity).map(name -> new GatewayIdentity(name, rest));
            default -> Optional.empty();
        };
    }

    private static Optional<GatewayIdentity> address(Chunk octets, Chunk rest) {
        InetAddress address = Addresses.ofOctets(octets.toArray());
        boolean usable = !address.isAnyLocalAddress() && !address.isMulticastAddress();
        return usable ? Optional.of(new GatewayIdentity(Addresses.text(address), rest)) : Optional.empty();
    }

    /** Letters, digits, hyphens and dots, with a letter at least, so that nothing else than a name is looked up. */
    private static Optional<String> name(Chunk octets) {
        String text = new String(octets.toArray(), StandardCharsets.US_ASCII);
        return text.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?") && text.matches(".*[A-Za-z].*")
                ? Optional.of(text)
                : Optional.empty();
    }

    /**
     * The data of a notify.
     *
     * @param nonce the initiator's, in IKE_SA_INIT; else empty
     * @return empty if {@code gateway} is neither an address nor a DNS name of at most 255 octets
     */
    public static Optional<Chunk> encode(Identification gateway, Chunk nonce) {
        int type = typeOf(gateway.type());
        Chunk identity = gateway.encoding();
        if (type == 0
                || identity.length() > 0xFF
                || (type == FQDN && name(identity).isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(new WireWriter()
                .u8(type)
                .u8(identity.length())
                .chunk(identity)
                .chunk(nonce)
                .toChunk());
    }

    private static int typeOf(IdType type) {
        if (type.equals(IdType.IPV4_ADDR)) {
            return IPV4;
        }
        if (type.equals(IdType.IPV6_ADDR)) {
            return IPV6;
        }
        return type.equals(IdType.FQDN) ? FQDN : 0;
    }

    /** The data of a REDIRECTED_FROM that names the gateway at an address. */
    public static Chunk of(InetAddress address) {
        return encode(Identification.ofAddress(address), Chunk.EMPTY).orElseThrow();
    }

    /** Whether {@code gateway} can be named at all. */
    public static boolean isNameable(Identification gateway) {
        return encode(gateway, Chunk.EMPTY).isPresent();
    }
}
