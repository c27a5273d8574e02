package worker;

import java.util.ArrayList;
import java.util.List;
import tech.powerjob.common.enums.Protocol;
import tech.powerjob.worker.PowerJobWorker;
import tech.powerjob.worker.common.PowerJobWorkerConfig;
import tech.powerjob.worker.common.constants.StoreStrategy;

/**
 * Runs a PowerJob worker until it is killed: {@code PROTOCOL SERVERS APP PORT MAX_RUNS}. The
 * protocol is read in any case, as the agent and the Spring Boot starter of PowerJob read it.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    PowerJobWorkerConfig config = new PowerJobWorkerConfig();
    config.setProtocol(Protocol.of(arguments[0]));
    config.setServerAddress(new ArrayList<>(List.of(arguments[1].split(","))));
    config.setAppName(arguments[2]);
    config.setPort(Integer.parseInt(arguments[3]));
    config.setMaxLightweightTaskNum(Integer.parseInt(arguments[4]));
    config.setStoreStrategy(StoreStrategy.MEMORY);
    new PowerJobWorker(config).init();
    Thread.currentThread().join();
  }
}
