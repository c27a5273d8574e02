package worker;

import java.util.List;
import tech.powerjob.common.enums.Protocol;
import tech.powerjob.worker.PowerJobWorker;
import tech.powerjob.worker.common.PowerJobWorkerConfig;
import tech.powerjob.worker.common.constants.StoreStrategy;

/** Runs a worker of PowerJob over HTTP until it is killed: {@code SERVER APP PORT}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    PowerJobWorkerConfig config = new PowerJobWorkerConfig();
    config.setServerAddress(List.of(arguments[0]));
    config.setAppName(arguments[1]);
    config.setPort(Integer.parseInt(arguments[2]));
    config.setProtocol(Protocol.HTTP);
    config.setStoreStrategy(StoreStrategy.MEMORY);
    new PowerJobWorker(config).init();
    Thread.currentThread().join();
  }
}
