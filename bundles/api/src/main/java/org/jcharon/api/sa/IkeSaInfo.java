// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.sa;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.socket.Endpoint;
import org.osgi.annotation.versioning.ProviderType;

/** An IKE_SA as it was at one moment. Immutable. */
@ProviderType
public interface IkeSaInfo {

    /** Name of its connection; empty while unknown. */
    String name();

    /** Unique number. */
    long uniqueId();

    /** SPIs and role. */
    IkeSaId id();

    /** State. */
    IkeSaState state();

    /** Our end. */
    Endpoint local();

    /** Peer's end. */
    Endpoint remote();

    /** Our identity. */
    Identification localId();

    /** Peer's identity; {@code %any} until it is authenticated. */
    Identification remoteId();

    /** What was agreed. */
    Optional<Proposal> proposal();

    /** Whether our end is behind a NAT (or faked to be). */
    boolean natLocal();

    /** Whether the peer is behind a NAT (or faked to be). */
    boolean natRemote();

    /** Whether we claim to be behind a NAT though we are not, so that ESP goes in UDP. */
    boolean natFake();

    /** Whether its keys depend on a postquantum preshared key (RFC 8784). */
    default boolean ppk() {
        return false;
    }

    /** Identity of the peer within EAP, if that is another than {@link #remoteId()}. */
    Optional<Identification> remoteEapId();

    /** Names of the peer's extensions in use, such as {@code mobike}, {@code fragmentation}. */
    List<String> extensions();

    /** When it was established. */
    Optional<Instant> establishedAt();

    /** When it is rekeyed; empty: never. */
    Optional<Instant> rekeyAt();

    /** When it is reauthenticated; empty: never. */
    Optional<Instant> reauthAt();

    /** Virtual IPs that we got. */
    List<InetAddress> localVirtualIps();

    /** Virtual IPs that we gave. */
    List<InetAddress> remoteVirtualIps();

    /** Names of queued tasks. */
    List<String> tasksQueued();

    /** Names of tasks that we run. */
    List<String> tasksActive();

    /** Names of tasks that the peer runs. */
    List<String> tasksPassive();

    /** Its CHILD_SAs. */
    List<ChildSaInfo> children();
}
