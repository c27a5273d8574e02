package dev.orrery.scheduler.http.rest;

import java.util.List;
import java.util.Map;

/**
 * One call of the API.
 *
 * @param path as it was sent, without the query
 * @param query the values of each parameter, decoded
 */
record Exchange(
    String method,
    String path,
    Map<String, List<String>> query,
    Message request,
    int status,
    Message response) {

  /**
   * What was sent in one direction.
   *
   * @param headers by their names in lower case
   * @param body null if it is a stream, which is not read
   */
  record Message(Map<String, String> headers, String body) {
    String mediaType() {
      String contentType = headers.getOrDefault("content-type", "");
      int parameters = contentType.indexOf(';');
      return (parameters < 0 ? contentType : contentType.substring(0, parameters)).strip();
    }

    boolean hasBody() {
      return body == null || !body.isEmpty();
    }
  }

  boolean isSuccess() {
    return status / 100 == 2;
  }
}
