package dev.orrery.powerjob.mu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.Heartbeat;
import dev.orrery.powerjob.InstanceReport;
import dev.orrery.powerjob.LogReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what a worker 5.1.2 sent, and hostile bytes. */
class MuMessageTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MuFrameReader reader = new MuFrameReader();
  private final List<byte[]> frames = new ArrayList<>();

  private static MuMessage recorded(String kind) throws IOException {
    try (InputStream file =
        MuMessageTest.class.getResourceAsStream("/wire/5.1.2-mu/" + kind + ".json")) {
      return MuMessage.read(
          JSON.writeValueAsBytes(JSON.readTree(file).get("message")), new ObjectMapper());
    }
  }

  private static <T> T payload(MuMessage message, Class<T> type) throws IOException {
    return JSON.treeToValue(message.payload(), type);
  }

  private static MuMessage read(String json) throws IOException {
    return MuMessage.read(json.getBytes(StandardCharsets.UTF_8), JSON);
  }

  @Test
  void readsRecordedHeartbeats() throws IOException {
    MuMessage status = recorded("workerHeartbeat");

    assertThat(status.type()).isEqualTo(MuMessage.Type.TELL);
    assertThat(status.path()).isEqualTo("/server/workerHeartbeat");
    assertThat(payload(status, Heartbeat.class).protocol()).isEqualTo("MU");
    assertThat(payload(status, Heartbeat.class).version()).isEqualTo("5.1.2");
    assertThat(recorded("heartbeat").type()).isEqualTo(MuMessage.Type.HEARTBEAT);
  }

  @Test
  void readsRecordedReportsAndLines() throws IOException {
    MuMessage end = recorded("reportInstanceStatus.status5");
    MuMessage running = recorded("reportInstanceStatus.status3");

    assertThat(end.type()).isEqualTo(MuMessage.Type.ASK);
    assertThat(end.requestId()).hasSize(36);
    assertThat(payload(end, InstanceReport.class).instanceStatus()).isEqualTo(5);
    assertThat(running.type()).isEqualTo(MuMessage.Type.TELL);
    assertThat(payload(running, InstanceReport.class).instanceStatus()).isEqualTo(3);
    assertThat(payload(recorded("reportLog"), LogReport.class).instanceLogContents()).hasSize(1);
  }

  @Test
  void readsRecordedAnswers() throws IOException {
    AskAnswer known = payload(recorded("response.known"), AskAnswer.class);

    assertThat(known.success()).isTrue();
    assertThat(JSON.readTree(known.text()).get("status").asInt()).isEqualTo(3);
    assertThat(payload(recorded("response.unknown"), AskAnswer.class).success()).isFalse();
    assertThat(recorded("error").error()).isEqualTo("Handler returned null");
  }

  @Test
  void readsItsOwnFramesWhereverTheyAreCut() throws IOException {
    JsonNode payload = JSON.readTree("{\"instanceId\":5}");
    List<MuMessage> messages =
        List.of(
            MuMessage.tell("/worker/stopInstance", payload),
            MuMessage.ask("id", "/worker/queryInstanceStatus", payload),
            MuMessage.response("id", payload),
            MuMessage.error("id", "unknown"));
    for (MuMessage message : messages) {
      ByteBuffer bytes = message.frame(JSON);
      while (bytes.hasRemaining()) {
        reader.read(ByteBuffer.wrap(new byte[] {bytes.get()}), frames::add);
        assertThat(reader.isWithinFrame()).isEqualTo(bytes.hasRemaining());
      }
    }

    List<MuMessage> read = new ArrayList<>();
    for (byte[] frame : frames) {
      read.add(MuMessage.read(frame, JSON));
    }
    assertThat(read).isEqualTo(messages);
  }

  @Test
  void readsSeveralFramesOfOneRead() throws IOException {
    ByteBuffer frame = MuMessage.error("id", "x").frame(JSON);
    ByteBuffer twice = ByteBuffer.allocate(2 * frame.remaining());
    twice.put(frame.duplicate()).put(frame).flip();

    reader.read(twice, frames::add);

    assertThat(frames).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-2147483648, 2147483648",
    "-1, 4294967295",
    "1048577, 1048577",
    "67108864, 67108864"
  })
  void refusesLength(int length, String shown) {
    ByteBuffer bytes = ByteBuffer.allocate(4).putInt(length).flip();

    assertThatThrownBy(() -> reader.read(bytes, frames::add))
        .isInstanceOf(IOException.class)
        .hasMessage("A message of MU has " + shown + " bytes; it must have 1 to 1048576.");
    assertThat(frames).isEmpty();
  }

  @Test
  void readsLongestFrame() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 + MuMessage.MAX_BYTES).putInt(MuMessage.MAX_BYTES);

    reader.read(bytes.rewind(), frames::add);

    assertThat(frames).singleElement().satisfies(it -> assertThat(it).hasSize(MuMessage.MAX_BYTES));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "null",
        "\"TELL\"",
        "{}",
        "{\"messageType\":\"SHOUT\"}",
        "{\"messageType\":0}",
        "{\"messageType\":\"TELL\"",
        "no JSON"
      })
  void refusesWhatIsNoMessage(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class);
  }

  @Test
  void refusesLongNamesAndDeepJson() {
    assertThatThrownBy(
            () -> read("{\"messageType\":\"ASK\",\"requestId\":\"" + "x".repeat(101) + "\"}"))
        .hasMessage("The field requestId of a message has more than 100 characters.");
    ObjectMapper shallow =
        new ObjectMapper(
            JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).build())
                .build());
    byte[] deep =
        ("{\"messageType\":\"TELL\",\"payload\":" + "[".repeat(20) + "]".repeat(20) + "}")
            .getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> MuMessage.read(deep, shallow)).isInstanceOf(IOException.class);
  }

  @Test
  void writesNoMessageThatIsTooLong() {
    MuMessage message = MuMessage.error("id", "x".repeat(MuMessage.MAX_BYTES));

    assertThatThrownBy(() -> message.frame(JSON))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("over MU at most 1048576");
  }
}
