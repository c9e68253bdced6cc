import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes orders with Kafka's own client. Arguments: brokers, topic; on stdin lines of
 * compression, key and value, separated by tabs. Run from source, with Kafka's jars on the class path.
 */
public class WriteOrders {
  public static void main(String[] args) throws Exception {
    var input = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    KafkaProducer<String, String> producer = null;
    String compression = null;
    for (String line; (line = input.readLine()) != null; ) {
      var parts = line.split("\t", 3);
      if (!parts[0].equals(compression)) {
        if (producer != null) producer.close();
        compression = parts[0];
        producer = open(args[0], compression);
      }
      producer.send(new ProducerRecord<>(args[1], parts[1], parts[2]));
    }
    if (producer != null) producer.close();
  }

  private static KafkaProducer<String, String> open(String brokers, String compression) {
    var settings = new Properties();
    settings.put("bootstrap.servers", brokers);
    settings.put("compression.type", compression);
    settings.put("linger.ms", "50");
    settings.put("batch.size", "200000");
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }
}
