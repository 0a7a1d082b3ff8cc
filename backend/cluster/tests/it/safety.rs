//! Unsafe settings are refused by name, wherever they were set.

use fupin_cluster::{Checksums, UnsafeSettings, bootstrap, refuse_unsafe};

use super::*;

async fn refused(url: &str) -> Vec<(&'static str, String)> {
    match refuse_unsafe(url, Checksums::Required).await {
        Ok(()) => Vec::new(),
        Err(UnsafeSettings::Found(found)) => found.into_iter().map(|one| (one.setting, one.value)).collect(),
        Err(UnsafeSettings::Unreadable(error)) => panic!("{error}"),
    }
}

#[tokio::test]
async fn the_cluster_as_we_make_it_is_safe() {
    let folder = open_folder();
    let cluster = start(&folder.path().join("data")).await;
    assert_eq!(refused(cluster.admin_url()).await, []);
    cluster.stop().await;
}

#[tokio::test]
async fn each_unsafe_setting_is_named() {
    let folder = open_folder();
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        let cluster =
            PrivateCluster::start(&folder.path().join("data"), Options::default().with(setting, "off")).await.unwrap();
        let said = refuse_unsafe(cluster.admin_url(), Checksums::Required).await.unwrap_err().to_string();
        assert!(said.contains(&format!("{setting} = off: ")), "{said}");
        assert_eq!(refused(cluster.admin_url()).await, [(setting, "off".to_owned())]);
        cluster.stop().await;
    }
}

#[tokio::test]
async fn a_setting_that_one_role_overrides_is_found_through_that_role() {
    let folder = open_folder();
    let data_dir = folder.path().join("data");
    let cluster = start(&data_dir).await;
    let urls = bootstrap(cluster.admin_url(), "fupin", &data_dir).await.unwrap();
    let admin = connect(cluster.admin_url()).await.unwrap();
    admin.batch_execute("alter role fupin_app set synchronous_commit = off").await.unwrap();
    assert_eq!(refused(cluster.admin_url()).await, []);
    assert_eq!(refused(&urls.app).await, [("synchronous_commit", "off".to_owned())]);
    cluster.stop().await;
}
