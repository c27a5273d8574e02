package dev.orrery.protocol.transport;

/**
 * A worker's request for an operation, as a transport carries it.
 *
 * @param path of the operation
 * @param token of the worker; a secret
 * @param body JSON
 */
@SuppressWarnings("ArrayRecordComponent")
public record OperationRequest(String path, String token, byte[] body) {

  /** Leaves out the token, which is a secret. */
  @Override
  public String toString() {
    return path + " (" + body.length + " bytes)";
  }
}
