package dev.twine.libp2p.core.identify;

import com.google.protobuf.ByteString;
import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.proto.IdentifyMessage;
import dev.twine.libp2p.core.wire.PeerText;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one identify exchange as they come in, merged and bounded as they are. No I/O, no
 * clock; one thread.
 */
final class IdentifyDraft {
  /** More than kubo speaks by a factor of five. */
  static final int MAX_PROTOCOLS = 256;

  /** Counts an eleventh part. */
  static final String PARTS = "identify.parts";

  /** Counts parts that are malformed or above a bound. */
  static final String MESSAGE = "identify.message";

  /** Counts addresses that are unreadable, of another peer, or too many. */
  static final String ADDRESSES = "identify.addresses";

  /** Counts protocols above the limit. */
  static final String PROTOCOLS = "identify.protocols";

  /** Counts records that are malformed or of another peer. */
  static final String RECORD = "identify.record";

  private static final int MAX_VERSION = 128;
  private static final int MAX_PROTOCOL = 1024;

  private final NodeId peer;
  private final byte[] peerKey;
  private final Refusals refusals;

  private final PeerAddresses addresses;
  private final Set<String> protocols = new LinkedHashSet<>();
  private @Nullable String protocolVersion;
  private @Nullable String agentVersion;
  private @Nullable Multiaddr observed;
  private @Nullable SignedEnvelope envelope;
  private @Nullable PeerRecord record;
  private boolean saysAddresses;
  private int parts;

  /**
   * For one exchange.
   *
   * @param peerKey the encoded key that the connection has proven
   */
  IdentifyDraft(NodeId peer, byte[] peerKey, Refusals refusals) {
    this.peer = peer;
    this.peerKey = peerKey;
    this.refusals = refusals;
    this.addresses = new PeerAddresses(peer);
  }

  /**
   * Merges a part and consumes it; the buffer stays the caller's.
   *
   * @throws Libp2pException if it is one too many, malformed, or of another peer
   */
  void add(ByteBuf part) {
    if (++parts > IdentifyCodec.MAX_PARTS) {
      refusals.count(PARTS);
      throw bad(
          "too many parts of an identify message",
          Integer.toString(parts),
          "at most " + IdentifyCodec.MAX_PARTS + " are accepted");
    }
    try {
      merge(IdentifyCodec.decode(part));
    } catch (Libp2pException e) {
      refuse();
      throw e;
    }
  }

  /** Counts a message that is not read. */
  void refuse() {
    refusals.count(MESSAGE);
  }

  /** Whether anything came. */
  boolean isEmpty() {
    return parts == 0;
  }

  /** The record, if there is one of the peer itself; its signature is not judged yet. */
  @Nullable
  PeerRecord record() {
    return record;
  }

  /** Half a millisecond of processor time. */
  boolean isRecordSigned() {
    return envelope != null && PeerRecord.isSigned(envelope);
  }

  /** What is known afterwards: a missing field leaves what was known. */
  IdentifyInfo applyTo(IdentifyInfo known, Optional<PeerRecord> newest) {
    return new IdentifyInfo(
        protocolVersion == null ? known.protocolVersion() : protocolVersion,
        agentVersion == null ? known.agentVersion() : agentVersion,
        saysAddresses ? addresses.toList() : known.listenAddresses(),
        observed == null ? known.observedAddress() : Optional.of(observed),
        protocols.isEmpty() ? known.protocols() : new ArrayList<>(protocols),
        newest);
  }

  private void merge(IdentifyMessage message) {
    if (message.hasPublicKey() && !Arrays.equals(message.getPublicKey().toByteArray(), peerKey)) {
      throw bad(
          "another public key in an identify message",
          peer.toString(),
          "send the key that the connection was secured with");
    }
    if (message.hasProtocolVersion()) {
      protocolVersion = PeerText.escape(message.getProtocolVersion(), MAX_VERSION);
    }
    if (message.hasAgentVersion()) {
      agentVersion = PeerText.escape(message.getAgentVersion(), MAX_VERSION);
    }
    mergeAddresses(message.getListenAddrsList());
    mergeProtocols(message.getProtocolsList());
    if (message.hasObservedAddr()) {
      mergeObserved(message.getObservedAddr());
    }
    if (message.hasSignedPeerRecord()) {
      mergeRecord(message.getSignedPeerRecord());
    }
  }

  private void mergeAddresses(List<ByteString> encoded) {
    int before = addresses.refused();
    saysAddresses |= !encoded.isEmpty();
    encoded.forEach(addresses::add);
    for (int i = before; i < addresses.refused(); i++) {
      refusals.count(ADDRESSES);
    }
  }

  private void mergeProtocols(List<String> names) {
    for (String name : names) {
      if (protocols.size() < MAX_PROTOCOLS) {
        protocols.add(PeerText.escape(name, MAX_PROTOCOL));
      } else {
        refusals.count(PROTOCOLS);
      }
    }
  }

  /** Some write their peer's ID on the end. */
  private void mergeObserved(ByteString encoded) {
    try {
      Multiaddr plain = Multiaddr.parse(encoded.toByteArray()).withoutPeer();
      observed = plain.components().isEmpty() ? observed : plain;
    } catch (Libp2pException e) {
      refusals.count(ADDRESSES);
    }
  }

  /** A bad record does not spoil the rest: it is only left out. */
  private void mergeRecord(ByteString encoded) {
    try {
      SignedEnvelope sealed = SignedEnvelope.parse(encoded.toByteArray());
      if (!sealed.signer().nodeId().equals(peer)) {
        throw bad(
            "peer record of another peer",
            sealed.signer().nodeId().toString(),
            "send one's own record");
      }
      record = PeerRecord.parse(sealed);
      envelope = sealed;
    } catch (Libp2pException e) {
      refusals.count(RECORD);
    }
  }

  private static Libp2pException bad(String what, String value, String remedy) {
    return new Libp2pException(FailureReason.PROTOCOL_ERROR, what, value, remedy);
  }
}
