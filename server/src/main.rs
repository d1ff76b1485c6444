//! The `dynadesk` binary.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let data_dir = std::path::PathBuf::from(".dynadesk");
    std::fs::create_dir_all(&data_dir)?;
    let config = dynadesk_server::config::Config {
        data_dir,
        in_memory: false,
        read_only: false,
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8420").await?;
    dynadesk_server::run(config, listener, async {
        let _ = tokio::signal::ctrl_c().await;
    })
    .await
}
