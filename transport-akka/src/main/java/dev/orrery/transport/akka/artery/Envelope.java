package dev.orrery.transport.akka.artery;

import java.util.UUID;

/**
 * The one message that goes over the wire, both ways.
 *
 * @param kind what it is
 * @param id of the request, random: who does not know it cannot answer
 * @param system the number of the actor system that sends it
 * @param path of the verb; empty in answers
 * @param token of the worker; empty in answers
 * @param body JSON, or a part of it
 */
@SuppressWarnings("ArrayRecordComponent")
public record Envelope(Kind kind, UUID id, long system, String path, String token, byte[] body) {
  static final byte[] NO_BODY = {};

  /** The kind of an envelope. */
  public enum Kind {
    REQUEST,
    /** The request is there, and its answer takes longer. */
    ARRIVED,
    /** A part of an answer of which more follows. */
    PART,
    /** The answer, or its last part. */
    ANSWER,
    /** A refusal, or its last part. */
    REFUSAL,
    /** A request whose body was thrown away, since too many were waiting. Never sent. */
    OVERFLOW
  }

  static Envelope answer(Kind kind, Envelope request, long system, byte[] body) {
    return new Envelope(kind, request.id(), system, "", "", body);
  }

  Envelope overflow() {
    return new Envelope(Kind.OVERFLOW, id, system, path, "", NO_BODY);
  }

  /** Without the token and the body. */
  @Override
  public String toString() {
    return kind + " " + path + " (" + body.length + " bytes)";
  }
}
