package dev.orrery.powerjob;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The answer to a request that a PowerJob worker or server sent to the other side. A worker repeats
 * a final report that is not answered with {@code success}.
 *
 * @param data a UTF-8 text, most of the time JSON, as base64url without padding; absent means none
 * @param message absent means none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record AskAnswer(boolean success, String data, String message) {
  public static final AskAnswer OK = new AskAnswer(true, null, null);

  public static AskAnswer of(String text) {
    return new AskAnswer(
        true,
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(text.getBytes(StandardCharsets.UTF_8)),
        null);
  }

  public static AskAnswer refused(String message) {
    return new AskAnswer(false, null, message);
  }

  /**
   * Returns the text of the data; null if there is none.
   *
   * @throws IllegalArgumentException if it is not base64url
   */
  public String text() {
    return data == null
        ? null
        : new String(Base64.getUrlDecoder().decode(data), StandardCharsets.UTF_8);
  }
}
