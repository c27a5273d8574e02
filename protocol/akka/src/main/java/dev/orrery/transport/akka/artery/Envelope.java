package dev.orrery.transport.akka.artery;

import java.util.UUID;

/**
 * The only kind of message between workers and schedulers: a request, or a response to one.
 *
 * @param id of the request; random, so that only its receiver can respond
 * @param system the uid of the sending actor system
 * @param path of the operation; empty in responses
 * @param token of the worker; empty in responses
 * @param body JSON, or a part of it
 */
@SuppressWarnings("ArrayRecordComponent")
public record Envelope(Kind kind, UUID id, long system, String path, String token, byte[] body)
    implements Weighed {
  static final byte[] NO_BODY = {};

  /** The kind of an envelope. */
  public enum Kind {
    REQUEST,
    /** The request has arrived, and its response takes longer. */
    ARRIVED,
    /** A part of a response; more parts follow. */
    PART,
    /** The response, or its last part. */
    ANSWER,
    /** A refusal, or its last part. */
    REFUSAL,
    /** A request whose body was dropped because too many requests were waiting. Never sent. */
    OVERFLOW
  }

  static Envelope answer(Kind kind, Envelope request, long system, byte[] body) {
    return new Envelope(kind, request.id(), system, "", "", body);
  }

  @Override
  public int bytes() {
    return body.length;
  }

  /** Answers are bounded by their requests. */
  @Override
  public Envelope overflow() {
    return kind == Kind.REQUEST ? new Envelope(Kind.OVERFLOW, id, system, path, "", NO_BODY) : this;
  }

  /** Leaves out the token and the body. */
  @Override
  public String toString() {
    return kind + " " + path + " (" + body.length + " bytes)";
  }
}
