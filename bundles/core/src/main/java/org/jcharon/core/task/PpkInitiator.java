// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.keymat.IkeKeys;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.PpkIdentity;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkeSa;

/**
 * The postquantum preshared key of an authentication that we initiate (RFC 8784 section 3). Keys with it mixed in are the IKE_SA's only
 * once the responder says that it used them; until then they belong to this object. Lease held.
 */
final class PpkInitiator implements AutoCloseable {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final PeerConfig config;
    private IkeKeys mixed;

    PpkInitiator(IkeSa ike) {
        this.ike = ike;
        this.config = ike.peerConfig();
    }

    /** Whether a connection has one. */
    static boolean isConfigured(PeerConfig config) {
        return !config.ppkId().isEmpty();
    }

    private Identification id() {
        return Identification.parse(config.ppkId());
    }

    /** Takes the key out of those that there are; the reason if the authentication must not go on. */
    Optional<String> prepare(List<SharedKey> ppks) {
        if (!isConfigured(config)) {
            return Optional.empty();
        }
        if (!ike.supports(Extension.PPK)) {
            return without("peer does not support PPK");
        }
        Optional<SharedKey> key = PpkKeys.find(ppks, id());
        if (key.isEmpty()) {
            return without("no PPK for '" + id() + "' found");
        }
        mixed = PpkKeys.mix(ike, key.get());
        return Optional.empty();
    }

    private Optional<String> without(String why) {
        if (config.ppkRequired()) {
            LOG.control("PPK required but {}", why);
            return Optional.of("PPK required but " + why);
        }
        LOG.control("{}, ignored because PPK is not required", why);
        return Optional.empty();
    }

    /** Keys that our AUTH is made with. */
    IkeKeys keys() {
        return mixed == null ? ike.keys() : mixed;
    }

    /** Whether a responder without the key may go on without it, so that it needs an AUTH of that kind too. */
    boolean isOptional() {
        return mixed != null && !config.ppkRequired();
    }

    /** Names the key; {@code withoutPpk} is what AUTH would be without it, null where that is not allowed. */
    void addTo(MessageBuilder out, Chunk withoutPpk) {
        if (mixed != null) {
            out.notify(NotifyType.PPK_IDENTITY, PpkIdentity.fixed(id()).encode());
            if (withoutPpk != null) {
                out.notify(NotifyType.NO_PPK_AUTH, withoutPpk);
            }
        }
    }

    /** The responder has said whether it used the key: what follows, its AUTH first, is made with the keys that this leaves. */
    void settle(IkeMessage in) throws IkeProtocolException {
        if (mixed == null) {
            return;
        }
        if (in.notify(NotifyType.PPK_IDENTITY).isPresent()) {
            LOG.control("using PPK for PPK_ID '{}'", id());
            ike.history().agreed("postquantum preshared key '" + id() + "'");
            ike.mixedKeys(mixed);
            mixed = null;
            return;
        }
        close();
        LOG.control("peer didn't use PPK for PPK_ID '{}'", id());
        ike.history().agreed("no postquantum preshared key: the peer has none with the identity '" + id() + "'");
        if (config.ppkRequired()) {
            throw new IkeProtocolException(
                    NotifyType.AUTHENTICATION_FAILED,
                    Chunk.EMPTY,
                    "PPK required but peer didn't use the one with PPK_ID '" + id() + "'");
        }
    }

    /** Wipes keys that are not in use. */
    @Override
    public void close() {
        if (mixed != null) {
            mixed.close();
            mixed = null;
        }
    }
}
