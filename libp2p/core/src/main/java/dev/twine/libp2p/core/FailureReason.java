package dev.twine.libp2p.core;

/** Why a dial, a handshake, a connection or a stream ended, for programs. */
public enum FailureReason {
  /** The two sides share no security protocol. */
  NO_COMMON_SECURITY,
  /** The two sides share no multiplexer. */
  NO_COMMON_MUXER,
  /** The peer speaks none of the protocols that were asked for. */
  PROTOCOL_NOT_SUPPORTED,
  /** The peer proved another identity than the one that was dialled. */
  WRONG_PEER,
  /** A message of the handshake is malformed, or a signature in it does not hold. */
  BAD_HANDSHAKE,
  /** The handshake took longer than its deadline. */
  HANDSHAKE_TIMEOUT,
  /** Nothing accepted the connection. */
  DIAL_FAILED,
  /** A name in the address has no IP, or no address of the peer stands under it. */
  NAME_NOT_FOUND,
  /** Every address failed a short while ago and is not tried again yet. */
  DIAL_BACKOFF,
  /** The gater said no. */
  GATED,
  /** A limit of this side. */
  LIMIT,
  /** The peer gave the stream or the connection up. */
  RESET_BY_PEER,
  /** This side gave the stream up. */
  RESET_LOCALLY,
  /** The peer said that it accepts no further streams. */
  GO_AWAY,
  /** The peer broke the protocol. */
  PROTOCOL_ERROR,
  /** The peer stopped answering. */
  KEEP_ALIVE_TIMEOUT,
  /** The host, connection or stream is closed. */
  CLOSED,
  /** No answer within the deadline. */
  TIMEOUT,
  /** An address that cannot be read, or that no transport can use. */
  BAD_ADDRESS,
  /** The address to listen on is taken or cannot be bound. */
  CANNOT_LISTEN
}
