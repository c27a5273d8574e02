package dev.orrery.protocol.transport;

/**
 * A request for an operation.
 *
 * @param path of the operation
 * @param token of the worker; as secret as over HTTP
 * @param body JSON
 */
@SuppressWarnings("ArrayRecordComponent")
public record OperationRequest(String path, String token, byte[] body) {

  /** Without the token. */
  @Override
  public String toString() {
    return path + " (" + body.length + " bytes)";
  }
}
